import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { pendingKey } from "../../../../protocol/marker.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const SCRIPT = { "job-aws-run.sh": "#!/bin/sh\n" };

describe("requests in the queue", () => {
  test("of two commands the second brings in all that is pending, by one listing, and reads none of their status objects", async () => {
    const w = world();
    await w.start();
    // The records of an earlier version, and the first look.
    await w.until(() => w.store.requests.list === 2);
    const prefixes = Array.from({ length: 50 }, (_, at) => `job${at}`);
    for (const prefix of prefixes) {
      await w.upload(prefix);
      await w.claim(prefix, "FILE_UPLOAD");
    }
    let [reads, listings] = [0, 0];
    w.store.before = (operation, key) => {
      reads += Number(operation === "get" && key.endsWith("job-aws-stat.txt"));
      listings += Number(operation === "list" && key.startsWith(".cloud-submit/pending/"));
    };
    for (const prefix of ["first", "last"]) {
      await w.upload(prefix);
      await w.ask(prefix, "FILE_UPLOAD");
    }
    await w.until(() => w.slurm.submitted.length === 52);
    // The first one's own, which was alone until then.
    expect(reads).toBeLessThanOrEqual(1);
    // That one, and a few more as time goes by.
    expect(listings).toBeLessThanOrEqual(5);
    await w.until(() => w.published.length === 52);
    const arrived = new Map(w.published.map(({ prefix, arrived }) => [prefix, arrived]));
    expect([arrived.get("last"), arrived.get("job7")]).toEqual(["command", "other-command"]);
  });

  test("without any command they are found by the next look, and say so", async () => {
    const w = world({ lookMs: 20 });
    await w.start();
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD");
    await w.until(() => w.published.length === 1);
    expect(w.published[0]).toMatchObject({ to: "JOB_SUBMIT", arrived: "look" });
  });

  test("who asked is told by the marker where its key has no room for it, and no command came", async () => {
    const w = world({ lookMs: 20 });
    await w.start();
    await w.upload("job1");
    const metadata = {
      submission: "s1",
      "sbatch-options": JSON.stringify([`--job-name=${"x".repeat(900)}`]),
    };
    await w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD", { metadata });
    const request = { prefix: "job1", submission: "s1", action: "run" } as const;
    const requester = { account: "000000000042" };
    const marker = {
      version: 1,
      ...request,
      requester,
      requestedAt: new Date().toISOString(),
      dispatcher: "d",
    };
    const key = pendingKey(request, { etag: "e", time: 1, account: "000000000042", metadata });
    await w.store.put(key, JSON.stringify(marker));
    await w.until(() => w.published.length === 1);
    expect(w.published[0]).toMatchObject({ to: "JOB_SUBMIT", requester });
  });

  test("a cancel without a command is found, too", async () => {
    const w = world({ lookMs: 20 });
    await w.start();
    await w.upload("job1");
    await w.claim("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    await w.claim("job1", "JOB_CANCEL");
    await w.until(() => w.slurm.cancelled.includes("1"));
    w.end("1", task("CANCELLED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE" && w.left().length === 0);
  });

  test("a listing that fails holds up no request whose command has come", async () => {
    const w = world();
    w.store.before = (operation, key) => {
      if (operation === "list" && key.startsWith(".cloud-submit/pending/"))
        throw new Error("503 SlowDown");
    };
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD");
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
  });

  test("each runs exactly once, whatever becomes of commands, the agent and its journal", async () => {
    const fate = fc.record({
      /** Commands that arrive: none, one, or more than one. */
      commands: fc.nat(2),
      /** A client that had no answer writes the same again. */
      again: fc.boolean(),
      /** Before the request: the agent dies, maybe with its journal. */
      before: fc.constantFrom("nothing", "nothing", "kill", "lose-journal"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 6 }), async (fates) => {
        const w = world({ lookMs: 20 });
        let agent = await w.start();
        for (const [at, { commands, again, before }] of fates.entries()) {
          if (before !== "nothing") {
            agent.kill();
            await w.someRounds();
            if (before === "lose-journal") w.loseJournal();
            agent = await w.start();
          }
          const prefix = `job${at}`;
          await w.upload(prefix, SCRIPT);
          const metadata = { submission: `s${at}` };
          const { submission } = await w.claim(prefix, "FILE_UPLOAD", metadata);
          for (let time = 0; time < commands; time++) w.deliver(prefix, submission);
          if (again) await w.claim(prefix, "FILE_UPLOAD", metadata);
        }
        await w.until(() => w.slurm.submitted.length >= fates.length);
        const all = fates.map((_, at) => `job${at}`);
        await w.until(() => all.every((prefix) => w.state(prefix) !== "FILE_UPLOAD"));
        for (const at of fates.keys()) w.end(String(at + 1), task("COMPLETED"));
        await w.until(() => all.every((prefix) => w.state(prefix) === "JOB_COMPLETE"));
        await w.until(() => w.left().length === 0);
        expect(w.slurm.submitted.toSorted()).toEqual(
          fates.map((_, at) => `cloud-submit:job${at}:s${at}`),
        );
        agent.stop();
      }),
      { numRuns: 15 },
    );
  });
});

describe("what an agent of an earlier version has noted", () => {
  const record = (submission: string) =>
    JSON.stringify({ version: 1, prefix: "job1", submission, state: "JOB_SUBMIT", times: {} });
  const RECORD = ".cloud-submit/records/job1.json";

  test("of a job that runs becomes its marker, which stays until it has ended", async () => {
    const w = world();
    const first = await w.start();
    await w.upload("job1");
    await w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD", { metadata: { submission: "s1" } });
    w.deliver("job1", "s1");
    await w.until(() => w.published.length === 1);
    first.stop();
    await w.store.put(RECORD, record("s1"));
    await w.start();
    const marker = pendingKey({ prefix: "job1", action: "run", submission: "s1" });
    await w.until(() => w.left().length === 1 && w.store.objects.has(marker));
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE" && w.left().length === 0);
  });

  test("of a job that the journal has lost: it is taken over", async () => {
    const w = world();
    const first = await w.start();
    await w.upload("job1");
    await w.store.put("job1/job-aws-stat.txt", "FILE_UPLOAD", { metadata: { submission: "s1" } });
    w.deliver("job1", "s1");
    await w.until(() => w.state("job1") === "JOB_SUBMIT" && w.published.length === 1);
    first.stop();
    w.loseJournal();
    await w.store.put(RECORD, record("s1"));
    w.slurm.ends.set("1", [task("COMPLETED")]);
    await w.start();
    await w.until(() => w.state("job1") === "JOB_COMPLETE" && w.left().length === 0);
    expect(w.slurm.submitted).toHaveLength(1);
  });

  test.each([record("ended"), "torn", record("../x")])(
    "of nothing that is open, %j, is removed",
    async (text) => {
      const w = world();
      await w.store.put(RECORD, text);
      await w.start();
      await w.until(() => w.left().length === 0);
      expect(w.slurm.submitted).toEqual([]);
    },
  );
});
