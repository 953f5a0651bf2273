import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Journal } from "../../../../headnode/journal/journal.ts";
import { clean } from "../../../../headnode/upkeep/clean.ts";
import { keyOf, RECORD_FILE, STATUS_FILE } from "../../../../protocol/objects.ts";
import { RECORD_MAX_BYTES } from "../../../../protocol/record.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import {
  ALICE,
  BOB,
  forgedMetadata,
  forgedOnce,
  forgedRecords,
  forgedStates,
  honest,
} from "../../../support/forged-objects.ts";

/** Bob's job runs, Slurm has it as job 1; beside it are files of his and files of no user. */
async function bobsWorld() {
  const w = world();
  await w.start();
  await w.upload(BOB.prefix);
  await w.store.put(keyOf(BOB.prefix, STATUS_FILE), "FILE_UPLOAD", {
    metadata: { submission: BOB.submission, submitter: "bob@desk" },
  });
  w.deliver(BOB.prefix, BOB.submission, "run", BOB.account);
  // Later the agent writes nothing of it until it ends.
  const journaled = join(w.home, "journal", `${BOB.prefix}@${BOB.submission}.json`);
  await w.until(
    () => w.published.length === 1 && readFileSync(journaled, "utf8").includes('"RUNNING"'),
  );
  mkdirSync(join(w.workRoot, BOB.prefix, BOB.submission, "results"), { recursive: true });
  writeFileSync(join(w.workRoot, BOB.prefix, BOB.submission, "results", "1"), "42");
  mkdirSync(join(w.home, "..", "outside"));
  writeFileSync(join(w.home, "..", "outside", "x"), "of nobody");
  w.published.length = 0;
  w.store.writes.length = 0;
  let requests = 0;
  return {
    w,
    /** Alice writes, and a request for her prefix comes in. */
    forge: async (state: string, record: string, metadata: Record<string, string> = {}) => {
      await w.store.put(keyOf(ALICE.prefix, RECORD_FILE), record);
      await w.store.put(keyOf(ALICE.prefix, STATUS_FILE), state, { metadata });
      requests += 1;
      w.deliver(ALICE.prefix, `request${requests}`, ACTIONS[requests % 3], ALICE.account);
      await w.untilTaken();
      // An accepted one ends at once: there is no job script.
      await w.until(() => !isActive(w));
    },
    /** Everything that is not alice's, on disk and in the bucket. */
    others: () => ({
      files: filesBelow(join(w.home, "..")),
      objects: [...w.store.objects]
        .filter(([key]) => !key.includes(ALICE.prefix))
        .map(([key, { body }]) => [key, body.toString()]),
    }),
  };
}

const ACTIONS = ["cancel", "run", "check"];

/** Whether a submission of alice's is on its way. */
function isActive(w: ReturnType<typeof world>): boolean {
  return readdirSync(join(w.home, "journal")).some((name) => name.startsWith(`${ALICE.prefix}@`));
}

/** The text of each file that is no submission's of alice's. */
function filesBelow(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes(`/${ALICE.prefix}`) && !path.includes("/spool/"))
    .toSorted()
    .map((path) => [path, readFileSync(path, "utf8")]);
}

/** Nothing of this may break, whatever alice wrote. */
function expectHarmless(w: ReturnType<typeof world>): void {
  expect(w.slurm.cancelled).toEqual([]);
  expect(w.slurm.submitted).toEqual([`cloud-submit:${BOB.prefix}:${BOB.submission}`]);
  for (const change of w.published) {
    expect(change.prefix).toBe(ALICE.prefix);
    expect(change.submission).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
    expect([undefined, ALICE.account]).toContain(change.requester?.account);
    expect(change.slurmJobId).toBeUndefined();
  }
}

describe("the agent obeys nothing that a client wrote", () => {
  test("into any field of a record, each once", async () => {
    const { w, forge, others } = await bobsWorld();
    const before = others();
    for (const [field, value] of forgedOnce)
      await forge("JOB_CANCEL", JSON.stringify({ ...honest, [field]: value }));
    expectHarmless(w);
    expect(others()).toEqual(before);
  });

  test("into status object and record, whatever it is; and cleaning removes nobody else's files", async () => {
    const { w, forge, others } = await bobsWorld();
    const before = others();
    await fc.assert(
      fc.asyncProperty(forgedStates, forgedRecords, forgedMetadata, async (...wrote) => {
        await forge(...wrote);
        expectHarmless(w);
      }),
    );
    expect(others()).toEqual(before);
    await cleanAll(w);
    expect(others()).toEqual(before);
    expect(readdirSync(w.workRoot)).toEqual([BOB.prefix]);
  });

  test("as a record that is far too long: it is not even asked for", async () => {
    const { w, forge } = await bobsWorld();
    let asked = 0;
    w.store.before = (operation, key) =>
      void (asked += Number(operation === "get" && key === keyOf(ALICE.prefix, RECORD_FILE)));
    await forge("JOB_CANCEL", JSON.stringify(honest).padEnd(RECORD_MAX_BYTES + 1));
    await forge("JOB_SUBMIT", JSON.stringify(honest).padEnd(RECORD_MAX_BYTES + 1));
    expect(asked).toBe(0);
  });
});

test("a job that a lost journal knew is taken over by its marker, whatever the record under its prefix says", async () => {
  const w = world();
  const first = await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { submission: "own", links: "keep" });
  await w.until(() => w.state("job1") === "JOB_SUBMIT" && w.published.length === 1);
  first.stop();
  w.loseJournal();
  const forged = { ...honest, prefix: "job1", requester: { account: BOB.account } };
  await w.store.put("job1/job-aws-job.json", JSON.stringify(forged));
  symlinkSync("job-aws-run.sh", join(w.workRoot, "job1", "own", "latest"));
  w.slurm.ends.set("1", [task("COMPLETED")]);
  await w.start();
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.record("job1")).toMatchObject({
    submission: "own",
    outcome: "completed",
    requester: { account: "1" },
  });
  // The client had said that it knows links.
  expect(w.store.objects.get("job1/latest")?.metadata).toMatchObject({ symlink: "job-aws-run.sh" });
  await w.until(() => w.left().length === 0);
});

test("JOB_CANCEL over the end of a job: the journal says what its state was, whatever its record says", async () => {
  const w = world();
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD", { submission: "earlier" });
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  w.end("1", task("FAILED", 1));
  await w.until(() => w.published.length === 2);
  await w.store.delete("job1/job-aws-run.sh");
  await w.ask("job1", "FILE_UPLOAD", { submission: "later" });
  await w.until(() => w.published.length === 3 && w.left().length === 0);
  await w.until(() => w.isPutAside("job1"));
  const forged = { ...honest, prefix: "job1", submission: "earlier", state: "JOB_COMPLETE" };
  await w.store.put("job1/job-aws-job.json", JSON.stringify(forged));
  await w.ask("job1", "JOB_CANCEL", { cancels: "earlier" });
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect([w.slurm.cancelled, w.published.length]).toEqual([[], 3]);
});

test("JOB_SUBMIT that a client writes starts nothing, though a command tells of it", async () => {
  const w = world();
  await w.start();
  await w.store.put("job1/job-aws-stat.txt", "JOB_SUBMIT", { metadata: { submission: "s1" } });
  w.deliver("job1", "s1");
  await w.untilTaken();
  expect([w.state("job1"), w.published, w.slurm.submitted]).toEqual(["JOB_SUBMIT", [], []]);
});

test("a link that stands in place of a new job's folder ends it, and nothing is written through it", async () => {
  const w = world();
  await w.start();
  const outside = join(w.home, "..", "outside");
  mkdirSync(outside);
  mkdirSync(w.workRoot, { recursive: true });
  symlinkSync(outside, join(w.workRoot, "job1"));
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_ERROR");
  expect(w.record("job1")?.error?.code).toBe("stage-in-failed");
  expect(readdirSync(outside)).toEqual([]);
});

test("an account is that of the write that its request is about, and no other one's", async () => {
  const w = world();
  await w.start();
  await w.upload("job1");
  const write = (submission: string) =>
    w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD", { metadata: { submission } });
  await write("alices");
  await write("bobs");
  w.deliver("job1", "alices", "run", ALICE.account);
  await w.until(() => w.state("job1") === "JOB_SUBMIT" && w.published.length === 1);
  expect(w.published[0]).toMatchObject({ submission: "bobs" });
  expect(w.published[0]?.requester?.account).toBeUndefined();
  w.deliver("job1", "bobs", "run", BOB.account);
  await w.untilTaken();
  w.end("1");
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(w.record("job1")?.requester?.account).toBe(BOB.account);
});

/** Removes what every ended submission left, as if all had ended long ago. */
async function cleanAll(w: ReturnType<typeof world>): Promise<void> {
  const quiet = () => undefined;
  await clean({
    ...w,
    journal: await Journal.open(join(w.home, "journal"), quiet),
    keepDays: -1,
    minFreeShare: 0,
    freeShare: async () => 1,
    now: () => new Date(),
    log: quiet,
  });
}
