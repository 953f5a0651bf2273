import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { parseFlags } from "../../../../../cli/parse-flags.ts";
import type { AdminContext } from "../../../../../cli/stack/admin-context.ts";
import { packageName, readRelease } from "../../../../../cli/stack/release/release.ts";
import type { CommandResult } from "../../../../../cli/stack/release/run-commands.ts";
import { runCommandsOverSsm } from "../../../../../cli/stack/release/ssm.ts";
import type { Ui } from "../../../../../cli/ui/ui.ts";
import { uninstallVerb } from "../../../../../cli/verbs/head-node/description.ts";
import { headNodeOutput, onHeadNode } from "../../../../../cli/verbs/head-node/headnode.ts";
import { publishAgent, publishOutput } from "../../../../../cli/verbs/head-node/publish.ts";
import type { HeadNodeCommand } from "../../../../../protocol/ssm-command.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";
import { releaseFolder } from "../../../../support/release-folder.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testUi } from "../../../../support/test-ui.ts";

const VERSION = "1.2.3";
const FOLDER = `.cloud-submit/agent/${VERSION}/`;
const OUTPUTS = {
  BucketName: "jobs",
  HeadNodePolicyArn: "arn:aws:iam::123456789012:policy/p",
  InstallDocumentName: "cloud-submit-prod-install",
  EventBusName: "default",
  HeadNodeHome: "/opt/cloud-submit",
  ClusterName: "ours",
};
const DONE: CommandResult = {
  instanceId: "i-0123456789abcdef0",
  status: "Success",
  ended: true,
  exitCode: 0,
  stdout: "done       the agent 1.2.3 is installed\n",
  stderr: "",
};

/** @param answers what SSM says at each look, the last one again and again */
function world(
  answers: (CommandResult | undefined)[] = [DONE],
  outputs: Record<string, string> = OUTPUTS,
  changes: Partial<Ui> = {},
) {
  const { ui, out, err } = testUi(changes);
  const sent: HeadNodeCommand[] = [];
  const store = new MemoryStore();
  const context: AdminContext = {
    ...ui,
    version: VERSION,
    packages: releaseFolder(VERSION),
    filterLogs: () => Promise.reject(new Error("not needed")),
    region: async () => "eu-west-1",
    describeOutputs: async () => outputs,
    store: () => store,
    commands: async () => ({
      send: async (command) => {
        sent.push(command);
        return "command-1";
      },
      result: async () => (answers.length > 1 ? answers.shift() : answers[0]),
    }),
  };
  return { context, out, err, sent, store };
}

/** Flags as the verbs get them. */
const given = (flags: object) => parseFlags(uninstallVerb.flags, flags);

test("--json prints one object that fits its schema, also when the command failed there", async () => {
  const failed = { ...DONE, status: "Failed", exitCode: 3, stderr: "no" };
  const { context, out } = world([failed], OUTPUTS, { json: true });
  await publishAgent(context, given({}));
  await expect(onHeadNode(context, "status", given({}))).rejects.toMatchObject({ code: "aws" });
  const [published = "", status = ""] = out;
  expect(publishOutput.parse(JSON.parse(published))).toMatchObject({ published: true });
  expect(headNodeOutput.parse(JSON.parse(status))).toMatchObject({
    action: "status",
    exitCode: 3,
    stderr: "no",
  });
});

describe("headnode publish", () => {
  test("uploads packages first, then SHA256SUMS, then the pointer; the second time nothing", async () => {
    const { context, store } = world();
    await publishAgent(context, given({}));
    expect(store.writes).toEqual([
      `${FOLDER}install.sh`,
      `${FOLDER}${packageName(VERSION, "x64")}`,
      `${FOLDER}${packageName(VERSION, "arm64")}`,
      `${FOLDER}SHA256SUMS`,
      ".cloud-submit/agent/latest",
    ]);
    expect(store.text(".cloud-submit/agent/latest")).toBe(`${VERSION}\n`);
    await publishAgent(context, given({}));
    expect(store.writes).toHaveLength(5);
  });

  test("an upload that broke off is made again", async () => {
    const { context, store } = world();
    store.before = (operation, key) => {
      if (operation === "put" && key.endsWith("SHA256SUMS")) throw new Error("no more");
    };
    await expect(publishAgent(context, given({}))).rejects.toThrow("no more");
    store.before = () => undefined;
    await publishAgent(context, given({}));
    expect(store.text(`${FOLDER}SHA256SUMS`)).toContain("install.sh");
  });

  test.each(["changed", "missing"])("uploads nothing when a package is %s", async (how) => {
    const { context, store } = world();
    const { sums } = await readRelease(context.packages, VERSION);
    const other = releaseFolder(VERSION);
    const name = packageName(VERSION, "arm64");
    writeFileSync(join(other, name), "something else");
    writeFileSync(
      join(other, "SHA256SUMS"),
      how === "changed" ? sums : `${sums}${"0".repeat(64)}  not-there\n`,
    );
    if (how === "missing") writeFileSync(join(other, name), `content of ${name}`);
    await expect(publishAgent(context, given({ packages: other }))).rejects.toMatchObject({
      code: "config",
      message: expect.stringMatching(
        how === "changed" ? /does not match SHA256SUMS/ : /not-there is missing/,
      ),
    });
    expect(store.writes).toEqual([]);
  });
});

describe("headnode install", () => {
  test("publishes, then sends one command with the checksum of what was built here", async () => {
    const { context, out, sent, store } = world([undefined, { ...DONE, ended: false }, DONE]);
    await onHeadNode(context, "install", { ...given({}), proxy: "http://p:1" });
    const { checksum } = await readRelease(context.packages, VERSION);
    expect(store.text(`${FOLDER}SHA256SUMS`)).toBeDefined();
    expect(sent).toEqual([
      {
        document: "cloud-submit-prod-install",
        target: { clusterName: "ours" },
        parameters: {
          Action: "install",
          Home: "/opt/cloud-submit",
          Bucket: "jobs",
          Region: "eu-west-1",
          Version: VERSION,
          Checksum: checksum,
          EventBus: "default",
          Proxy: "http://p:1",
        },
        comment: "cloud-submit install",
      },
    ]);
    expect(out).toEqual([DONE.stdout.trimEnd()]);
  });

  test("what failed on the Head Node is shown, and is an error", async () => {
    const failed = { ...DONE, status: "Failed", exitCode: 65, stderr: "cloud-submit: damaged\n" };
    const { context, err } = world([failed]);
    await expect(onHeadNode(context, "update", given({}))).rejects.toMatchObject({
      message: expect.stringMatching(/update on i-0123456789abcdef0 ended with exit code 65/),
    });
    expect(err).toContain("cloud-submit: damaged");
  });

  test("a command that never ran is told from one that failed", async () => {
    const lost = { ...DONE, status: "Undeliverable", exitCode: -1, stdout: "" };
    await expect(onHeadNode(world([lost]).context, "status", given({}))).rejects.toMatchObject({
      code: "aws",
      message: expect.stringMatching(/Undeliverable; is the Head Node up/),
    });
  });

  test.each([
    ["SSM knows of no machine that has it", undefined, 1],
    ["it waits", { ...DONE, status: "Pending", ended: false }, 1],
    ["it runs", { ...DONE, status: "InProgress", ended: false }, 0],
  ])("after half a minute it is said, once, that nothing was delivered: %s", async (...row) => {
    const [, at, times] = row;
    const answers = Array.from({ length: 100 }, () => at);
    const { context, err } = world([...answers, DONE]);
    await onHeadNode(context, "status", given({}));
    const said = err.filter((line) => /not delivered yet; SSM tries for 10 minutes/.test(line));
    expect(said).toHaveLength(times);
  });

  test("a Head Node that does not answer is given up", async () => {
    const { context } = world([undefined], OUTPUTS, { given: { profile: "site" } });
    await expect(onHeadNode(context, "status", given({}))).rejects.toThrow(/not responded/);
    const { command } = context.interrupt.wayOn ?? {};
    expect(command).toMatch(/^aws ssm .* --command-id command-1 --profile site$/);
  });
});

test("status and uninstall need neither packages nor the bucket", async () => {
  const { context, sent, store } = world();
  const bare = { ...context, packages: temporaryFolder() };
  await onHeadNode(bare, "status", given({ instanceId: "i-0123456789abcdef0" }));
  await onHeadNode(bare, "uninstall", given({ purge: true }));
  expect(sent.map(({ parameters }) => parameters)).toEqual([
    { Action: "status", Home: "/opt/cloud-submit" },
    { Action: "uninstall", Home: "/opt/cloud-submit", Purge: "yes" },
  ]);
  expect(sent[0]?.target).toEqual({ instanceId: "i-0123456789abcdef0" });
  expect(store.writes).toEqual([]);
});

test("refuses to guess which Head Node is meant", async () => {
  const { ClusterName: _, ...outputs } = OUTPUTS;
  const refused = (flags: object) =>
    onHeadNode(world([DONE], outputs).context, "status", given(flags));
  await expect(refused({})).rejects.toMatchObject({ code: "usage" });
  await expect(refused({ instanceId: "head-node" })).rejects.toMatchObject({ code: "usage" });
  await expect(
    refused({ instanceId: "i-0123456789abcdef0", clusterName: "x" }),
  ).rejects.toMatchObject({ code: "usage" });
  const { InstallDocumentName: __, ...older } = OUTPUTS;
  await expect(onHeadNode(world([DONE], older).context, "status", given({}))).rejects.toMatchObject(
    {
      code: "config",
      message: expect.stringMatching(/deploy it again/),
    },
  );
});

describe("over SSM", () => {
  const ssm = mockClient(SSMClient);
  const commands = runCommandsOverSsm({ region: "eu-west-1" });

  test("the Head Node is found by ParallelCluster's tags", async () => {
    ssm.reset();
    ssm.on(SendCommandCommand).resolves({ Command: { CommandId: "c" } });
    const command = {
      document: "d",
      parameters: { Action: "status" },
      comment: "cloud-submit status",
    };
    await commands.send({ ...command, target: { clusterName: "ours" } });
    await commands.send({ ...command, target: { instanceId: "i-1" } });
    const [byTags, byId] = ssm.commandCalls(SendCommandCommand).map(({ args }) => args[0].input);
    expect(byTags).toMatchObject({
      DocumentName: "d",
      Parameters: { Action: ["status"] },
      Comment: "cloud-submit status",
      Targets: [
        { Key: "tag:parallelcluster:cluster-name", Values: ["ours"] },
        { Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] },
      ],
    });
    expect(byId?.InstanceIds).toEqual(["i-1"]);
    for (const sent of [byTags, byId]) expect(sent?.TimeoutSeconds).toBeGreaterThanOrEqual(600);
  });

  test("a command is looked after on the instance that has it", async () => {
    ssm.reset();
    ssm.on(ListCommandInvocationsCommand).resolves({ CommandInvocations: [{ InstanceId: "i-1" }] });
    ssm
      .on(GetCommandInvocationCommand, { CommandId: "c", InstanceId: "i-1" })
      .resolvesOnce({ Status: "InProgress" })
      .resolves({
        Status: "Failed",
        StatusDetails: "ExecutionTimedOut",
        ResponseCode: 137,
        StandardOutputContent: "o",
        StandardErrorContent: "e",
      });
    expect(await commands.result("c")).toMatchObject({ ended: false });
    expect(await commands.result("c")).toEqual({
      instanceId: "i-1",
      status: "ExecutionTimedOut",
      ended: true,
      exitCode: 137,
      stdout: "o",
      stderr: "e",
    });
  });

  test("a command that no machine has is waited for, until SSM says that none will", async () => {
    ssm.reset();
    ssm.on(ListCommandInvocationsCommand).resolves({ CommandInvocations: [] });
    ssm
      .on(ListCommandsCommand)
      .resolvesOnce({ Commands: [{ Status: "Pending" }] })
      .resolves({ Commands: [{ Status: "Success", StatusDetails: "NoInstancesInTag" }] });
    expect(await commands.result("c")).toBeUndefined();
    await expect(commands.result("c")).rejects.toMatchObject({
      code: "config",
      message: expect.stringMatching(/--cluster-name/),
    });
  });
});
