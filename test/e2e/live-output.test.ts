import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parseHeartbeat } from "../../protocol/heartbeat.ts";
import {
  cli,
  eventually,
  keys,
  newPrefix,
  record,
  startCli,
  submit,
  text,
} from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const live = (prefix: string) => keys(`.cloud-submit/live/${prefix}/`);

describe("cloud-submit logs -f", () => {
  test("prints what a job prints while it runs, and every byte of it once it has ended", async () => {
    const prefix = newPrefix("live");
    // It goes on when it has been seen that its first lines have come.
    const gate = join(temporaryFolder(), "gate");
    await submit(
      prefix,
      `for i in 1 2 3; do echo line $i; sleep 0.2; done; echo oops >&2\nuntil [ -e ${gate} ]; do sleep 0.2; done\nhead -c 3000000 /dev/zero | tr '\\0' x; echo; echo last`,
    );
    const follower = startCli(["logs", prefix, "-f"]);
    await eventually("the first lines", async () => follower.stdout().includes("line 3\noops\n"));
    expect(await text(`${prefix}/job-aws-stat.txt`)).toMatch("JOB_SUBMIT");
    expect((await cli(["logs", prefix])).stdout).toBe("line 1\nline 2\nline 3\noops\n");
    expect(await live(prefix)).toHaveLength(1);
    writeFileSync(gate, "");
    const { code, stdout } = await follower.ended;
    const file = (await record(prefix))?.output?.[0]?.stdout ?? "";
    expect(file).toMatch(/^slurm-\d+\.out$/);
    expect([code, stdout === (await text(`${prefix}/${file}`))]).toEqual([0, true]);
    expect(stdout).toMatch(/x\nlast\n$/);
    expect((await cli(["logs", prefix])).stdout).toBe(stdout);
    await eventually("nothing is left", async () => (await live(prefix)).length === 0);
  });

  test("follows one task of an array, in a folder of its own", async () => {
    const prefix = newPrefix("array");
    const gate = join(temporaryFolder(), "gate");
    await submit(
      prefix,
      `#SBATCH --array=1-3\n#SBATCH -o logs/%a.out -e logs/%a.err\necho task $SLURM_ARRAY_TASK_ID\nuntil [ -e ${gate} ]; do sleep 0.2; done\necho done >&2`,
      { "logs/": "" },
    );
    const follower = startCli(["logs", prefix, "-f", "--task", "3"]);
    await eventually("the task's line", async () => follower.stdout() === "task 3\n");
    const all = await cli(["logs", prefix]);
    expect([all.code, all.stderr]).toEqual([2, expect.stringContaining("is a job array")]);
    writeFileSync(gate, "");
    expect(await follower.ended).toMatchObject({ code: 0, stdout: "task 3\n" });
    expect((await cli(["logs", prefix, "--task", "1"])).stdout).toBe("task 1\n");
    expect((await cli(["logs", prefix, "--task", "2", "--err"])).stdout).toBe("done\n");
    expect((await record(prefix))?.output).toEqual(
      [1, 2, 3].map((task) => ({ task, stdout: `logs/${task}.out`, stderr: `logs/${task}.err` })),
    );
  });
});

test("the agent's heartbeat tells that it and Slurm are up", async () => {
  // Another test's agent may have been the last to write, that it has stopped.
  const heartbeat = await eventually("a heartbeat of the agent that is up", async () => {
    const seen = parseHeartbeat((await text(".cloud-submit/heartbeat.json")) ?? "");
    return seen?.state === "running" && seen;
  });
  expect(heartbeat).toMatchObject({
    everySeconds: 10,
    slurm: { state: "ok", version: expect.stringMatching(/^\d+\.\d+/) },
  });
});
