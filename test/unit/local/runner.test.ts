import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Command } from "../../../local/ssm/command.ts";
import type { RenderedStep } from "../../../local/ssm/document.ts";
import { Runner } from "../../../local/ssm/runner.ts";

let tmp: string;
beforeEach(async () => {
  tmp = await mkdtemp(join(tmpdir(), "runner-"));
});
afterEach(() => rm(tmp, { recursive: true }));

const step = (script: string, more: Partial<RenderedStep> = {}): RenderedStep => ({
  name: "step",
  script,
  env: {},
  timeoutSeconds: 10,
  workingDirectory: undefined,
  ...more,
});

const command = (steps: RenderedStep[], more: Partial<Command> = {}): Command => ({
  commandId: crypto.randomUUID(),
  documentName: "doc",
  instanceId: "i-1",
  targets: [],
  parameters: {},
  comment: "",
  steps,
  requestedAt: Date.now(),
  expiresAt: Date.now() + 30_000,
  startedAt: undefined,
  endedAt: undefined,
  status: "Pending",
  statusDetails: "Pending",
  exitCode: -1,
  stdout: "",
  stderr: "",
  ...more,
});

/** Runs the commands together; answers when all have ended, with every status seen. */
function runAll(commands: Command[]): Promise<string[]> {
  return new Promise((resolve) => {
    const seen: string[] = [];
    const runner = new Runner({
      tmp,
      env: { PATH: "/usr/bin:/bin" },
      changed({ statusDetails }) {
        seen.push(statusDetails);
        if (commands.every(({ endedAt }) => endedAt !== undefined)) resolve(seen);
      },
    });
    for (const each of commands) runner.submit(each);
  });
}

describe("Runner", () => {
  test("runs a script with its variables and a clean environment", async () => {
    const one = command([step('echo "$SSM_X:$HOME"; echo oops >&2', { env: { SSM_X: "a b" } })]);
    expect(await runAll([one])).toEqual(["InProgress", "Success"]);
    expect(one).toMatchObject({ exitCode: 0, stdout: "a b:\n", stderr: "oops\n" });
    expect(await readdir(tmp)).toEqual([]);
  });

  test("stops at the first step that fails", async () => {
    const one = command([step("exit 3"), step("echo never")]);
    expect(await runAll([one])).toEqual(["InProgress", "Failed"]);
    expect(one).toMatchObject({ status: "Failed", exitCode: 3, stdout: "" });
  });

  test("ends a script, and what it has started, at its timeout", async () => {
    const one = command([step("sleep 30 & wait", { timeoutSeconds: 0.1 })]);
    expect(await runAll([one])).toEqual(["InProgress", "ExecutionTimedOut"]);
    expect(one.status).toBe("TimedOut");
  });

  test("keeps the first 24,000 characters of output", async () => {
    const one = command([step("head -c 100000 /dev/zero | tr '\\0' x")]);
    await runAll([one]);
    expect(one.stdout).toHaveLength(24_000);
  });

  test("runs nothing when the targets matched nothing", async () => {
    const one = command([step("echo never")], { instanceId: undefined });
    expect(await runAll([one])).toEqual(["NoInstancesInTag"]);
  });

  test("runs five commands at a time", async () => {
    const commands = Array.from({ length: 7 }, () => command([step("sleep 0.2")]));
    await runAll(commands);
    const firstEnd = Math.min(...commands.map(({ endedAt }) => endedAt ?? 0));
    const early = commands.filter(({ startedAt }) => (startedAt ?? 0) < firstEnd);
    expect(early).toHaveLength(5);
  });
});
