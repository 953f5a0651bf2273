import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, test } from "@jest/globals";
import { up } from "../../local/cloud.ts";
import {
  ask,
  bucket,
  cli,
  eventually,
  keys,
  localConfig,
  localEnv,
  newPrefix,
  put,
  record,
  sbatchCount,
  ssmCommands,
  submit,
  text,
  untilState,
} from "../support/local-cloud.ts";

describe("Slurm's verdict", () => {
  test.each([
    [
      "an exit code",
      "exit 7",
      { outcome: "failed", slurm: { exitCode: 7, signal: 0, state: "FAILED" } },
    ],
    ["a signal", "kill -SEGV $$", { outcome: "failed", slurm: { signal: 11 } }],
    [
      "an array",
      "#SBATCH --array=1-4\n[ $SLURM_ARRAY_TASK_ID != 3 ]",
      { outcome: "failed", slurm: { tasks: { total: 4, completed: 3 } } },
    ],
  ])(
    "on a job with %s is in the record, JOB_COMPLETE in the status",
    async (_name, script, expected) => {
      const prefix = newPrefix("verdict");
      await submit(prefix, script);
      await untilState(prefix, "JOB_COMPLETE");
      expect(await record(prefix)).toMatchObject(expected);
    },
  );

  test("A requeued job is complete when its last run is", async () => {
    const prefix = newPrefix("requeue");
    await submit(
      prefix,
      "#SBATCH --requeue\necho run >> runs\n[ $SLURM_RESTART_COUNT ] || { scontrol requeue $SLURM_JOB_ID; sleep 60; }",
    );
    await untilState(prefix, "JOB_COMPLETE");
    expect(await text(`${prefix}/runs`)).toBe("run\nrun\n");
    expect(await record(prefix)).toMatchObject({ outcome: "completed", slurm: { restarts: 1 } });
  });
});

describe("JOB_CANCEL", () => {
  test("ends a running job; what it left is there", async () => {
    const prefix = newPrefix("cancel");
    await submit(prefix, "echo begun > left; sleep 300");
    await untilState(prefix, "JOB_SUBMIT");
    await ask(prefix, "JOB_CANCEL\n");
    await untilState(prefix, "JOB_COMPLETE");
    expect(await record(prefix)).toMatchObject({
      outcome: "cancelled",
      slurm: { state: "CANCELLED" },
    });
  });

  test("ends a pending job, for which Slurm runs no hook", async () => {
    const prefix = newPrefix("cancel");
    await submit(prefix, "#SBATCH --begin=now+1hour\ntrue");
    await untilState(prefix, "JOB_SUBMIT");
    await ask(prefix, "JOB_CANCEL\n");
    await untilState(prefix, "JOB_COMPLETE");
    expect(await record(prefix)).toMatchObject({ outcome: "cancelled" });
  });
});

test("A running job's folder is never overwritten: FILE_UPLOAD is refused, and the state goes back", async () => {
  const prefix = newPrefix("active");
  const before = sbatchCount();
  await submit(prefix, "sleep 300");
  await untilState(prefix, "JOB_SUBMIT");
  await ask(prefix);
  await eventually(
    "the refusal is recorded",
    async () => (await record(prefix))?.refused?.length === 1,
  );
  await untilState(prefix, "JOB_SUBMIT");
  await ask(prefix, "JOB_CANCEL\n");
  await untilState(prefix, "JOB_COMPLETE");
  expect(sbatchCount() - before).toBe(1);
});

test("FILE_UPLOAD on an ended job is a new submission", async () => {
  const prefix = newPrefix("again");
  await submit(prefix, "cat in > out", { in: "1" });
  await untilState(prefix, "JOB_COMPLETE");
  const first = await record(prefix);
  await put(`${prefix}/in`, "2");
  await ask(prefix);
  await eventually("the second result", async () => (await text(`${prefix}/out`)) === "2");
  await untilState(prefix, "JOB_COMPLETE");
  expect((await record(prefix))?.submission).not.toBe(first?.submission);
});

test("Nothing is lost when the agent stops at any instant: a job outlives it, and is submitted once", async () => {
  const killAgent = async () => {
    const { pid } = JSON.parse(readFileSync(join(localConfig.headNode, "agent.json"), "utf8"));
    process.kill(pid, "SIGKILL");
    await up();
  };
  const prefix = newPrefix("killed");
  const before = sbatchCount();
  await submit(prefix, "sleep 2; echo 42 > out");
  await eventually("the request is sent", async () => ssmCommands(prefix).length === 1);
  await killAgent();
  // On a busy machine the job may have ended before the agent is back.
  await untilState(prefix, "JOB_SUBMIT", "JOB_COMPLETE");
  await killAgent();
  await untilState(prefix, "JOB_COMPLETE");
  expect(await text(`${prefix}/out`)).toBe("42\n");
  expect([sbatchCount() - before, (await record(prefix))?.outcome]).toEqual([1, "completed"]);
  expect(await keys(`.cloud-submit/pending/${prefix}/`)).toEqual([]);
});

test("each change of state is one line in the log of functions/audit", async () => {
  const prefix = newPrefix("audit");
  await submit(prefix, "echo 12345 > out", { data: "x".repeat(1000) });
  await untilState(prefix, "JOB_COMPLETE");
  const logs = new CloudWatchLogsClient({
    endpoint: localEnv.AWS_ENDPOINT_URL ?? "",
    region: localEnv.AWS_REGION ?? "",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const lines = await eventually("three audit lines", async () => {
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: "/aws/lambda/cloud-submit-local-audit",
        limit: 10_000,
      }),
    );
    const found = events.flatMap(({ message = "" }) => {
      if (!message.includes(`"${prefix}"`)) return [];
      return [JSON.parse(message) as Record<string, unknown>];
    });
    return found.length === 3 && found;
  });
  const { submission, slurm } = (await record(prefix)) ?? {};
  const [command] = ssmCommands(prefix);
  const common = {
    message: "Job State Change",
    bucket,
    prefix,
    submission,
    requester: { account: "000000000000" },
    commandId: command?.commandId,
  };
  expect(lines).toEqual([
    expect.objectContaining({
      ...common,
      from: "none",
      to: "FILE_UPLOAD",
    }),
    expect.objectContaining({
      ...common,
      from: "FILE_UPLOAD",
      to: "JOB_SUBMIT",
      slurmJobId: slurm?.jobId,
      filesIn: 2,
    }),
    expect.objectContaining({
      ...common,
      from: "JOB_SUBMIT",
      to: "JOB_COMPLETE",
      outcome: "completed",
      exitCode: 0,
      bytesOut: 6,
    }),
  ]);
  const shown = await cli(["audit", prefix, "--stage", "local", "--since", "1h"]);
  expect([shown.stderr, shown.code]).toEqual(["", 0]);
  expect(shown.stdout.trimEnd().split("\n")).toEqual([
    expect.stringMatching(`${prefix} \\(new\\) -> FILE_UPLOAD; by account 000000000000; `),
    expect.stringMatching(`Slurm job ${slurm?.jobId}; .*SSM command ${command?.commandId}$`),
    expect.stringMatching("outcome completed; "),
  ]);
});
