import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { Random } from "../../../../local/random.ts";
import { type Command, commandAnswer, listedInvocation } from "../../../../local/ssm/command.ts";
import { Delivery } from "../../../../local/ssm/delivery.ts";
import { commandDocument } from "../../../../local/ssm/document.ts";
import type { SsmFault, SsmRule } from "../../../../local/ssm/faults.ts";
import { ssmCommand as command, ssmStep as step } from "../../../support/ssm-command.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const rule = (fault: SsmFault, delayMs = 0): SsmRule => ({
  id: "r",
  skip: 0,
  times: 1,
  prefix: "",
  fault,
  delayMs,
});

/** A delivery to an SSM agent; what it has told of which command, in order. */
function world(seed = 1) {
  const folder = temporaryFolder();
  const told: { command: Command; status: string }[] = [];
  const log: string[] = [];
  const waiting: (() => void)[] = [];
  const delivery = new Delivery({
    folder,
    env: { PATH: "/usr/bin:/bin" },
    // What it costs is measured in cpu-load.test.ts.
    cpu: { burn: async () => undefined },
    rebootMs: 10,
    random: new Random(seed),
    log: (line) => void log.push(line),
    changed(each, status) {
      told.push({ command: each, status });
      for (const look of waiting) look();
    },
  });
  const until = (is: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (is()) resolve();
      };
      waiting.push(look);
      look();
    });
  return {
    folder,
    log,
    told,
    delivery,
    statuses: (of: Command) => told.filter((one) => one.command === of).map((one) => one.status),
    /** Sends the commands together; answers when all have ended. */
    async run(...commands: Command[]): Promise<void> {
      for (const each of commands) delivery.submit(each);
      await until(() => commands.every(({ endedAt }) => endedAt !== undefined));
    },
    until,
  };
}

describe("a script", () => {
  test("is run as the SSM agent runs it", async () => {
    const w = world();
    const script = [
      'echo "$SSM_X|$HOME|$(pwd)|$0|$SSM_COMMAND_ID|$(readlink /proc/self/fd/0)"',
      "echo oops >&2",
    ].join("\n");
    const one = command([step(script, { name: "request", env: { SSM_X: "a b" } })]);
    await w.run(one);
    expect(w.statuses(one)).toEqual(["InProgress", "Success"]);
    const place = `${w.folder}/orchestration/${one.commandId}/request/_script.sh`;
    expect(one).toMatchObject({
      exitCode: 0,
      stdout: `a b||/usr/bin|${place}|${one.commandId}|/dev/null\n`,
      stderr: "oops\n",
    });
    expect(await readdir(join(w.folder, "orchestration"))).toEqual([]);
  });

  test.each([
    [0, "Success", "Success", ""],
    [1, "Failed", "Failed", "failed to run commands: exit status 1"],
    [64, "Failed", "Failed", "failed to run commands: exit status 64"],
    [75, "Failed", "Failed", "failed to run commands: exit status 75"],
    [127, "Failed", "Failed", "failed to run commands: exit status 127"],
    [137, "TimedOut", "ExecutionTimedOut", "failed to run commands: exit status 137"],
    [168, "Success", "Success", ""],
    [255, "Failed", "Failed", "failed to run commands: exit status 255"],
  ])("that exits with %d is %s, %s", async (code, status, details, line) => {
    const one = command([step(`echo out; exit ${code}`)]);
    await world().run(one);
    expect(one).toMatchObject({ status, statusDetails: details, exitCode: code });
    const { CommandPlugins } = listedInvocation(one, true);
    expect(CommandPlugins).toEqual([
      expect.objectContaining({
        Name: "step",
        Status: status,
        ResponseCode: code,
        Output: line === "" ? "out\n" : `out\n\n----------ERROR-------\n\n${line}`,
      }),
    ]);
    expect(listedInvocation(one, false)).toMatchObject({ CommandPlugins: [] });
  });

  test("that exits with 194 is run again after a restart", async () => {
    const w = world();
    const file = join(w.folder, "times");
    const one = command([step(`echo x >>${file}; [ $(wc -l <${file}) = 3 ] || exit 194`)]);
    await w.run(one);
    expect([one.status, readFileSync(file, "utf8")]).toEqual(["Success", "x\nx\nx\n"]);
  });

  test("stops at the first step that fails", async () => {
    const w = world();
    const one = command([step("exit 3"), step("echo never")]);
    await w.run(one);
    expect(w.statuses(one)).toEqual(["InProgress", "Failed"]);
    expect(one).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("ends with what it has started, by SIGKILL, at its time-out", async () => {
    const w = world();
    const one = command([step("trap '' TERM; sleep 30 & wait", { timeoutSeconds: 0.1 })]);
    await w.run(one);
    expect(one).toMatchObject({ statusDetails: "ExecutionTimedOut", exitCode: 137 });
  });

  test("its time-out waits for nobody who has left its process group and holds its output", async () => {
    const w = world();
    // Until the test has looked: were it waited for, this would never end.
    const go = join(w.folder, "go");
    const held = `setsid sh -c 'until [ -e ${go} ] || [ ! -d ${w.folder} ]; do sleep 0.05; done' &`;
    const ended = command([step(`${held} echo out`, { timeoutSeconds: 1.5 })]);
    const runs = command([step(`${held} echo out; sleep 30`, { timeoutSeconds: 1.5 })]);
    try {
      await w.run(ended, runs);
    } finally {
      writeFileSync(go, "");
    }
    for (const one of [ended, runs])
      expect(one).toMatchObject({
        status: "TimedOut",
        statusDetails: "ExecutionTimedOut",
        exitCode: 137,
        stdout: "out\n",
      });
    // It goes on with others.
    const after = command([step("echo after")]);
    await w.run(after);
    expect(after).toMatchObject({ status: "Success", stdout: "after\n" });
  });

  test("keeps the first 24,000 characters of output, and 2,500 in the list", async () => {
    const one = command([step("head -c 100000 /dev/zero | tr '\\0' x")]);
    await world().run(one);
    expect(one.stdout).toHaveLength(24_000);
    const { CommandPlugins } = listedInvocation(one, true) as {
      CommandPlugins: { Output: string }[];
    };
    expect(CommandPlugins[0]?.Output).toHaveLength(2500);
    expect(CommandPlugins[0]?.Output).toMatch(/x\n---Output truncated---$/);
  });
});

describe("the SSM agent", () => {
  /** A document with one parameter, and a command of it. */
  function ofPattern(allowedPattern: string, value: string, allowedValues?: string[]) {
    const document = commandDocument.parse({
      schemaVersion: "2.2",
      parameters: { X: { allowedPattern, ...(allowedValues && { allowedValues }) } },
      mainSteps: [{ action: "aws:runShellScript", name: "s", inputs: { runCommand: ["true"] } }],
    });
    return command([step("echo ran")], { document, parameters: { X: [value] } });
  }

  test.each([
    ["a pattern that RE2 refuses", "^(/[a-z]{0,63}){2,32}$", "/a/b"],
    ["a pattern with what RE2 has not", "^(?=a)a$", "a"],
    ["a value outside the pattern", "^a$", "b"],
  ])("fails %s before anything runs, without output", async (_, pattern, value) => {
    const w = world();
    const one = ofPattern(pattern, value);
    await w.run(one);
    expect(w.log).toEqual([expect.stringContaining("parameter X")]);
    expect(w.statuses(one)).toEqual(["Failed"]);
    expect(listedInvocation(one, true)).toMatchObject({ Status: "Failed", CommandPlugins: [] });
    expect(one.stdout).toBe("");
  });

  test("does not look at allowedValues: only the service does", async () => {
    const one = ofPattern("^[a-z]$", "z", ["a", "b"]);
    await world().run(one);
    expect(one).toMatchObject({ status: "Success", stdout: "ran\n" });
  });

  test("runs five at a time, keeps five, and gets the others again, in some order", async () => {
    const w = world();
    const go = join(w.folder, "go");
    // Each waits for a file, so that none ends before all have been sent.
    const script = `until [ -e ${go} ]; do sleep 0.02; done`;
    const commands = Array.from({ length: 40 }, () => command([step(script)]));
    for (const each of commands) w.delivery.submit(each);
    await w.until(() => commands.filter(({ status }) => status === "InProgress").length === 5);
    expect(commands.slice(0, 5).map(({ status }) => status)).toEqual(Array(5).fill("InProgress"));
    writeFileSync(go, "");
    await w.until(() => commands.every(({ status }) => status === "Success"));
    const order = w.told
      .filter(({ status }) => status === "InProgress")
      .map((one) => commands.indexOf(one.command));
    expect(order.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(order.slice(10)).not.toEqual(order.slice(10).toSorted((a, b) => a - b));
    expect(order.toSorted((a, b) => a - b)).toEqual([...commands.keys()]);
  });

  test("gets them again in an order that a seed fixes", async () => {
    async function order(seed: number) {
      const w = world(seed);
      const go = join(w.folder, "go");
      const script = `until [ -e ${go} ]; do sleep 0.02; done`;
      const commands = Array.from({ length: 40 }, () => command([step(script)]));
      for (const each of commands) w.delivery.submit(each);
      writeFileSync(go, "");
      await w.until(() => commands.every(({ status }) => status === "Success"));
      return w.told
        .filter(({ status }) => status === "InProgress")
        .map((one) => commands.indexOf(one.command));
    }
    const first = await order(1);
    expect(await order(1)).toEqual(first);
    expect(await order(2)).not.toEqual(first);
  });

  test("runs a command id once, however often it is delivered", async () => {
    const w = world();
    const file = join(w.folder, "times");
    const one = command([step(`echo x >>${file}`)], { rule: rule("repeated") });
    const after = command([step("true")]);
    await w.run(one);
    await w.run(after);
    expect(readFileSync(file, "utf8")).toBe("x\n");
    expect(w.statuses(one)).toEqual(["InProgress", "Success"]);
  });
});

describe("SSM", () => {
  test("runs nothing when the targets matched nothing", async () => {
    const one = command([step("echo never")], { instanceId: undefined });
    await world().run(one);
    expect(one.statusDetails).toBe("NoInstancesInTag");
  });

  test("gives up what was not delivered, and what is in progress, when its time is over", async () => {
    const w = world();
    const soon = () => ({ expiresAt: Date.now() + 200 });
    const lost = command([step("true")], { ...soon(), rule: rule("lost") });
    const long = command([step("sleep 0.5; echo late")], soon());
    await w.run(lost, long);
    expect(lost).toMatchObject({ status: "TimedOut", statusDetails: "DeliveryTimedOut" });
    expect(long).toMatchObject({ status: "TimedOut", statusDetails: "DeliveryTimedOut" });
    for (const one of [lost, long])
      expect(commandAnswer(one)).toMatchObject({ DeliveryTimedOutCount: 1, ErrorCount: 0 });
    // What the SSM agent replies after that changes nothing.
    await w.run(command([step("sleep 0.6")]));
    expect(long).toMatchObject({ status: "TimedOut", stdout: "" });
    expect(w.statuses(long)).toEqual(["InProgress", "TimedOut"]);
  });

  describe("when weeks pass", () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());

    test("keeps a command for the 30 days that SSM allows", async () => {
      const w = world();
      const days = (count: number) => count * 24 * 3_600_000;
      const expiresAt = Date.now() + days(30);
      const lost = command([step("true")], { expiresAt, rule: rule("lost") });
      w.delivery.submit(lost);
      await jest.advanceTimersByTimeAsync(days(30) - 1);
      expect(lost.status).toBe("Pending");
      await jest.advanceTimersByTimeAsync(1);
      expect(lost.statusDetails).toBe("DeliveryTimedOut");
    });
  });

  test.each<[SsmFault, string[], boolean]>([
    ["fail", ["Failed"], false],
    ["undeliverable", ["Failed"], false],
    ["time-out", ["TimedOut"], false],
    ["expire", ["InProgress", "TimedOut"], false],
    ["late", ["InProgress", "Success"], true],
    ["refused", ["InProgress", "Success"], true],
    ["reordered", ["Success", "InProgress"], true],
  ])("the fault %s: %j", async (fault, statuses, hasRun) => {
    const w = world();
    const one = command([step("true")], { rule: rule(fault, 20) });
    await w.run(one);
    await w.until(() => w.statuses(one).length === statuses.length);
    expect([w.statuses(one), one.hasRun ?? false]).toEqual([statuses, hasRun]);
  });

  test("twice: the SSM agent has forgotten that it had it", async () => {
    const w = world();
    const file = join(w.folder, "times");
    const one = command([step(`echo x >>${file}`)], { rule: rule("twice") });
    await w.run(one);
    expect(readFileSync(file, "utf8")).toBe("x\nx\n");
  });

  test("reordered: the next command of the prefix overtakes it", async () => {
    const w = world();
    mkdirSync(join(w.folder, "orchestration"), { recursive: true });
    const file = join(w.folder, "order");
    const parameters = { Prefix: ["job1"] };
    const held = rule("reordered", 60_000);
    const first = command([step(`sleep 0.1; echo 1 >>${file}`)], { parameters, rule: held });
    const other = command([step("true")], { parameters: { Prefix: ["job2"] } });
    const second = command([step(`echo 2 >>${file}`)], { parameters });
    w.delivery.submit(first);
    await w.run(other);
    expect(first.status).toBe("Pending");
    await w.run(second);
    await w.until(() => first.status === "Success");
    expect(readFileSync(file, "utf8")).toBe("2\n1\n");
  });
});
