import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, test } from "@jest/globals";
import type { RedriveReport } from "../../functions/requests/redrive-letters.ts";
import { eventFor, invocationRecord } from "../support/dead-letters.ts";
import {
  ask,
  bucket,
  cli,
  eventually,
  invoke,
  localEnv,
  newPrefix,
  sbatchCount,
  ssmCommands,
  text,
  untilState,
  upload,
} from "../support/local-cloud.ts";

const settings = {
  endpoint: localEnv.AWS_ENDPOINT_URL ?? "",
  region: localEnv.AWS_REGION ?? "",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};
const lambda = new LambdaClient(settings);
const sqs = new SQSClient(settings);
const FunctionName = "cloud-submit-local-dispatch";

async function queueUrl(): Promise<string> {
  const { QueueUrl = "" } = await sqs.send(
    new GetQueueUrlCommand({ QueueName: "cloud-submit-local-dead-letters" }),
  );
  return QueueUrl;
}

/** The messages that anybody would get now; they stay. */
async function due(): Promise<string[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: await queueUrl(),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    }),
  );
  return Messages.map(({ Body = "" }) => Body);
}

const redrive = async () => (await invoke("redrive", {})) as RedriveReport;

/** Does something while dispatch has a setting that somebody got wrong by hand: it fails whatever it is given. */
async function withoutDispatch(act: () => Promise<void>): Promise<void> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const set = (Variables: Record<string, string>) =>
    lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
    );
  const variables = { ...Environment?.Variables };
  await set({ ...variables, DEADLINE_SECONDS: "soon" });
  try {
    await act();
  } finally {
    await set(variables);
  }
}

test("an event that Lambda gave up is a dead letter; redrive has its job run, once, and leaves what is none", async () => {
  const prefix = newPrefix("dead");
  await sqs.send(new PurgeQueueCommand({ QueueUrl: await queueUrl() }));
  const before = sbatchCount();
  await upload(prefix, "echo 42 > out");
  await withoutDispatch(async () => {
    await ask(prefix);
    // As EventBridge does on AWS; the emulator's lets an event go that its function fails on.
    await lambda.send(
      new InvokeCommand({
        FunctionName,
        InvocationType: "Event",
        Payload: Buffer.from(JSON.stringify(eventFor.dispatch({ prefix, bucket }))),
      }),
    );
    await eventually("the event is a dead letter", async () =>
      (await due()).some((body) => body.includes(prefix)),
    );
    // Nor does the redrive lose it.
    expect(await redrive()).toMatchObject({ done: { dispatch: 0 }, failed: 1, complete: true });
  });
  expect(await text(`${prefix}/job-aws-stat.txt`)).toBe("FILE_UPLOAD\n");

  const state = eventFor.audit({ prefix, bucket });
  for (const MessageBody of [
    // As EventBridge leaves it: the event alone. The same once more, as Lambda does.
    JSON.stringify(eventFor.dispatch({ prefix, bucket })),
    JSON.stringify(invocationRecord("cloud-submit-local-audit", state)),
    JSON.stringify(invocationRecord("cloud-submit-local-sweep", {})),
    "Hello, is this a job?",
  ])
    await sqs.send(new SendMessageCommand({ QueueUrl: await queueUrl(), MessageBody }));
  expect(await redrive()).toMatchObject({
    done: { dispatch: 2, audit: 1, sweep: 1 },
    failed: 0,
    unknown: 1,
    complete: true,
  });
  expect(await due()).toEqual(["Hello, is this a job?"]);
  await untilState(prefix, "JOB_COMPLETE");
  expect(await text(`${prefix}/out`)).toBe("42\n");
  expect([sbatchCount() - before, ssmCommands(prefix).length]).toEqual([1, 1]);
  await eventually("the audit has the line", async () => {
    const { stdout } = await cli(["audit", prefix, "--stage", "local", "--json"]);
    return stdout.includes(state.detail.at);
  });
});
