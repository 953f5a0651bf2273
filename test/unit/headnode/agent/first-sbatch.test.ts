import { expect, test } from "@jest/globals";
import { world } from "../../../support/agent-world.ts";

/** An agent whose first look is over; `asked` counts how often Slurm was asked for a job before sbatch. */
async function lookedWorld() {
  const w = world();
  let asked = 0;
  w.slurm.onLook = () => {
    asked += 1;
  };
  await w.start();
  // The records of an earlier version, and the first look.
  await w.until(() => w.store.requests.list === 2);
  return { w, asked: () => asked };
}

async function ask(w: ReturnType<typeof world>, ...prefixes: string[]) {
  for (const prefix of prefixes) {
    await w.upload(prefix);
    await w.ask(prefix, "FILE_UPLOAD");
  }
  await w.until(() => prefixes.every((prefix) => w.state(prefix) === "JOB_SUBMIT"));
}

test("Slurm is not asked for the job of a request that came between two looks of this agent", async () => {
  const { w, asked } = await lookedWorld();
  await ask(w, "job1");
  // A command that is alone makes no look: nothing is known of what was before.
  expect(asked()).toBe(1);
  await ask(w, "job2", "job3", "job4");
  expect(asked()).toBe(1);
  expect(w.slurm.submitted).toHaveLength(4);
});

test("Slurm is asked for the job of a request that was there before the agent's first look", async () => {
  const w = world();
  let asked = 0;
  w.slurm.onLook = () => {
    asked += 1;
  };
  await w.upload("job1");
  await w.claim("job1", "FILE_UPLOAD");
  await w.start();
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  expect([asked, w.slurm.submitted.length]).toEqual([1, 1]);
});

test("Slurm is asked for the job of an agent that died just before its sbatch, or after", async () => {
  const w = world();
  const first = await w.start();
  await w.until(() => w.store.requests.list === 2);
  await ask(w, "job1", "job2");
  let died = false;
  w.onLog = ({ phase }) => {
    if (phase !== "submitting") return;
    died = true;
    first.kill();
  };
  await w.upload("job3");
  await w.ask("job3", "FILE_UPLOAD");
  await w.until(() => died);
  let asked = 0;
  w.slurm.onLook = () => {
    asked += 1;
  };
  await w.start();
  await w.until(() => w.state("job3") === "JOB_SUBMIT");
  expect(asked).toBeGreaterThan(0);
  expect(w.slurm.submitted).toHaveLength(3);
});
