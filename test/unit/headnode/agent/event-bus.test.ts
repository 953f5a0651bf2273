import { expect, test } from "@jest/globals";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

test("an EventBridge that never answers holds up no job, no look at Slurm, no heartbeat and no stop", async () => {
  const w = world({ heartbeat: true });
  w.onPublish = () => new Promise<never>(() => undefined);
  const first = await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  await first.shutdown();
  first.kill();
  // The journal has the changes that were not published: they are tried as soon as an agent starts.
  const agent = await w.start();
  await w.upload("job2");
  await w.ask("job2", "FILE_UPLOAD");
  await w.until(() => w.state("job2") === "JOB_SUBMIT");
  // No hook tells of these ends: only a look at Slurm does.
  w.slurm.ends.set("1", [task("COMPLETED")]);
  w.slurm.ends.set("2", [task("COMPLETED")]);
  await w.until(() => w.state("job1") === "JOB_COMPLETE" && w.state("job2") === "JOB_COMPLETE");
  await agent.shutdown();
  expect(w.published.map(({ to }) => to)).not.toContain("JOB_COMPLETE");
});

test("what it did not take is published once it answers, in order", async () => {
  const w = world();
  const taken: string[] = [];
  let isAway = true;
  w.onPublish = async ({ to }) => {
    if (isAway) throw new Error("no answer");
    taken.push(to);
  };
  await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  expect(taken).toEqual([]);
  isAway = false;
  await w.until(() => w.isPutAside("job1"));
  expect(taken).toEqual(["JOB_SUBMIT", "JOB_COMPLETE"]);
});

test("what was published before an orderly stop is not published again", async () => {
  const w = world();
  const first = await w.start();
  await w.upload("job1");
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.published.length === 1);
  await first.shutdown();
  first.kill();
  await w.start();
  w.end("1", task("COMPLETED"));
  await w.until(() => w.isPutAside("job1"));
  expect(w.published.map(({ to }) => to)).toEqual(["JOB_SUBMIT", "JOB_COMPLETE"]);
});
