import { expect, test } from "@jest/globals";
import { pendingFolder } from "../../../../protocol/marker.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

/** More than the seconds between two commands of which neither is alone. */
const LONG_MS = 60_000;

/** An agent whose first look has found nothing, and the requests that it makes from then on. */
async function idleWorld() {
  const w = world();
  const asked: string[] = [];
  await w.start();
  // The records of an earlier version, and the first look.
  await w.until(() => w.store.requests.list === 2);
  w.store.before = (operation, key) => void asked.push(`${operation} ${key}`);
  const count = (line: string) => asked.filter((one) => one === line).length;
  return {
    w,
    looks: () => count(`list ${pendingFolder()}`),
    reads: (prefix: string) => count(`get ${prefix}/job-aws-stat.txt`),
    /** Two commands that come together make the agent look. */
    haveLook: async () => {
      const before = w.slurm.submitted.length;
      for (const prefix of ["other1", "other2"]) {
        await w.upload(prefix);
        await w.ask(prefix, "FILE_UPLOAD");
      }
      await w.until(() => w.slurm.submitted.length === before + 2);
      await w.untilTaken();
    },
  };
}

test("commands that come alone need no look from the request to the end, and leave no marker", async () => {
  const { w, looks, reads } = await idleWorld();
  for (const prefix of ["job1", "job2", "job3"]) {
    await w.upload(prefix);
    await w.ask(prefix, "FILE_UPLOAD", { submission: "s1" });
    await w.until(() => w.state(prefix) === "JOB_SUBMIT");
    expect(w.left()).toHaveLength(1);
    w.end(String(w.slurm.submitted.length), task("COMPLETED"));
    await w.until(() => w.state(prefix) === "JOB_COMPLETE" && w.left().length === 0);
    expect([looks(), reads(prefix)]).toEqual([0, 1]);
    w.skip(LONG_MS);
  }
  const arrived = w.published.map((change) => [change.arrived, change.requester]);
  expect(arrived).toEqual(arrived.map(() => ["command", { account: "1" }]));
});

test("of two that come together the second looks, and what nobody rang for comes with it", async () => {
  const { w, looks } = await idleWorld();
  await w.upload("silent");
  await w.claim("silent", "FILE_UPLOAD");
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  expect([looks(), w.state("silent")]).toEqual([0, "FILE_UPLOAD"]);
  await w.upload("job2");
  await w.ask("job2", "FILE_UPLOAD");
  await w.until(() => w.slurm.submitted.length === 3);
  expect(looks()).toBeGreaterThan(0);
});

test("a marker whose key is not the one that was made up stays until the end, and is removed then", async () => {
  const { w, haveLook } = await idleWorld();
  await w.upload("job1");
  const { submission, marker } = await w.claim("job1", "FILE_UPLOAD");
  w.deliver("job1", submission, "run", "2");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  await haveLook();
  await w.someRounds();
  expect(w.left()).toContain(marker);
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE" && !w.left().includes(marker));
});

test("a submission that nobody rang for and another one was written over does not run after that one", async () => {
  const { w, haveLook } = await idleWorld();
  await w.upload("job1");
  const { marker } = await w.claim("job1", "FILE_UPLOAD", { submission: "first" });
  await w.ask("job1", "FILE_UPLOAD", { submission: "second" });
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE" && w.isPutAside("job1"));
  await haveLook();
  await w.until(() => !w.left().includes(marker));
  expect(w.slurm.submitted.filter((one) => one.includes(":job1:"))).toEqual([
    "cloud-submit:job1:second",
  ]);
});

test.each([
  ["a cancel", "JOB_CANCEL", "new"],
  ["a run while the prefix has an active job", "FILE_UPLOAD", "new"],
  ["a command for what the journal has", "FILE_UPLOAD", "s1"],
])("%s: the agent looks, although it came alone", async (_what, state, submission) => {
  const { w, looks } = await idleWorld();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { submission: "s1" });
  await w.until(() => w.state("job1") === "JOB_SUBMIT" && w.published.length === 1);
  await w.untilTaken();
  w.skip(LONG_MS);
  await w.ask("job1", state, { submission });
  await w.until(() => looks() === 1);
  await w.untilTaken();
});

test("a command whose request is out of date: the agent looks", async () => {
  const { w, looks } = await idleWorld();
  await w.upload("job1");
  const { marker } = await w.claim("job1", "FILE_UPLOAD", { submission: "first" });
  await w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD", { metadata: { submission: "second" } });
  w.deliver("job1", "first");
  await w.until(() => looks() === 1 && !w.left().includes(marker));
});

test("a status object that cannot be read: the agent looks, and the request is taken", async () => {
  const { w } = await idleWorld();
  const { before } = w.store;
  let [failures, looks] = [0, 0];
  w.store.before = (operation, key) => {
    looks += Number(operation === "list" && key === pendingFolder());
    if (key !== "job1/job-aws-stat.txt" || operation !== "get" || failures > 0)
      return before(operation, key);
    failures += 1;
    throw new Error("503 SlowDown");
  };
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  expect([failures, looks]).toEqual([1, 1]);
});
