import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
} from "@aws-sdk/client-eventbridge";
import { describe, expect, test } from "@jest/globals";
import { up } from "../../local/cloud.ts";
import {
  ask,
  bucket,
  cli,
  eventually,
  invoke,
  keys,
  localConfig,
  localEnv,
  newPrefix,
  put,
  record,
  ssmCommands,
  startCli,
  submit,
  text,
  untilState,
  upload,
  versionOf,
  withVariable,
} from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const events = new EventBridgeClient({
  endpoint: localEnv.AWS_ENDPOINT_URL ?? "",
  region: localEnv.AWS_REGION ?? "",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

function killAgent(): void {
  const { pid } = JSON.parse(readFileSync(join(localConfig.headNode, "agent.json"), "utf8"));
  process.kill(pid, "SIGKILL");
}

/** Does something while no event reaches functions/dispatch. */
async function unheard(act: () => Promise<void>): Promise<void> {
  const { RuleNames = [] } = await events.send(
    new ListRuleNamesByTargetCommand({
      TargetArn: "arn:aws:lambda:us-east-1:000000000000:function:cloud-submit-local-dispatch",
    }),
  );
  expect(RuleNames).toHaveLength(1);
  for (const Name of RuleNames) await events.send(new DisableRuleCommand({ Name }));
  try {
    await act();
  } finally {
    for (const Name of RuleNames) await events.send(new EnableRuleCommand({ Name }));
  }
}

describe("Every submission reaches JOB_COMPLETE or JOB_ERROR within a stated time, with a reason: functions/sweep", () => {
  test("runs a job whose event was lost, at its next census", async () => {
    const prefix = newPrefix("unheard");
    await upload(prefix, "echo 42 > out");
    await unheard(() => ask(prefix));
    expect(ssmCommands(prefix)).toEqual([]);
    await eventually("the census has dispatched it", async () => {
      await invoke("sweep", { census: true });
      return ssmCommands(prefix).length > 0;
    });
    await untilState(prefix, "JOB_COMPLETE");
    expect(await text(`${prefix}/out`)).toBe("42\n");
    const pending = () => keys(`.cloud-submit/pending/${prefix}/`);
    await eventually("its marker is gone", async () => (await pending()).length === 0);
  });

  test("a marker that was left behind goes", async () => {
    const prefix = newPrefix("answered");
    await submit(prefix, "true");
    await untilState(prefix, "JOB_COMPLETE");
    const marker = { version: 1, prefix, submission: "old", action: "run", dispatcher: "i" };
    const key = `.cloud-submit/pending/${prefix}/run-old.json`;
    await put(key, JSON.stringify({ ...marker, requestedAt: "2026-01-01T00:00:00Z" }));
    await eventually("it is gone", async () => {
      await invoke("sweep", { census: false });
      return (await keys(key)).length === 0;
    });
    expect(await text(`${prefix}/job-aws-stat.txt`)).toBe("JOB_COMPLETE\n");
  });

  test("ends a request that nobody answered by the deadline, with the reason", async () => {
    const prefix = newPrefix("unanswered");
    killAgent();
    await submit(prefix, "true");
    const submission = await versionOf(`${prefix}/job-aws-stat.txt`);
    await withVariable("sweep", { DEADLINE_SECONDS: "4" }, () =>
      eventually("the sweep has ended it", async () => {
        await invoke("sweep", { census: false });
        return (await text(`${prefix}/job-aws-stat.txt`)) === "JOB_ERROR\n";
      }).then(() => undefined),
    );
    expect(await record(prefix)).toMatchObject({
      submission,
      outcome: "unreachable",
      error: { code: "unreachable", message: expect.stringContaining("not answered") },
    });
    expect(await keys(`.cloud-submit/pending/${prefix}/`)).toEqual([]);
    await up();
    expect(await text(`${prefix}/job-aws-stat.txt`)).toBe("JOB_ERROR\n");
  });
});

test("Nothing is lost when the agent stops: a job that was sent while it was down runs when it is back", async () => {
  killAgent();
  const prefix = newPrefix("down");
  await submit(prefix, "echo 42 > out");
  await eventually("the command is sent", async () => ssmCommands(prefix).length === 1);
  expect(await text(`${prefix}/job-aws-stat.txt`)).toBe("FILE_UPLOAD\n");
  await up();
  await untilState(prefix, "JOB_COMPLETE");
  expect(await text(`${prefix}/out`)).toBe("42\n");
});

test("a cancel before the agent has the job: run and wait tell of it, and not of the earlier run", async () => {
  const prefix = newPrefix("early");
  const folder = temporaryFolder();
  writeFileSync(join(folder, "job-aws-run.sh"), "#!/bin/bash\necho 42\n");
  const run = ["run", folder, "--prefix", prefix, "--to", temporaryFolder(), "--bucket", bucket];
  expect(await cli(run)).toMatchObject({ code: 0 });
  killAgent();
  const second = startCli(run);
  await untilState(prefix, "FILE_UPLOAD");
  expect(await cli(["cancel", prefix, "--bucket", bucket])).toMatchObject({ code: 0 });
  await up();
  expect(await second.ended).toMatchObject({ code: 5 });
  expect(await cli(["wait", prefix, "--bucket", bucket])).toMatchObject({ code: 5 });
  expect(await record(prefix)).toMatchObject({ state: "JOB_ERROR", outcome: "cancelled" });
});
