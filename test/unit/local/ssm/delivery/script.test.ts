import { readFileSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { listedInvocation } from "../../../../../local/ssm/command.ts";
import { ssmCommand as command, ssmStep as step } from "../../../../support/ssm-command.ts";
import { ssmDelivery } from "../../../../support/ssm-delivery.ts";

describe("a script", () => {
  test("is run as the SSM agent runs it", async () => {
    const w = ssmDelivery();
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
    await ssmDelivery().run(one);
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
    const w = ssmDelivery();
    const file = join(w.folder, "times");
    const one = command([step(`echo x >>${file}; [ $(wc -l <${file}) = 3 ] || exit 194`)]);
    await w.run(one);
    expect([one.status, readFileSync(file, "utf8")]).toEqual(["Success", "x\nx\nx\n"]);
  });

  test("stops at the first step that fails", async () => {
    const w = ssmDelivery();
    const one = command([step("exit 3"), step("echo never")]);
    await w.run(one);
    expect(w.statuses(one)).toEqual(["InProgress", "Failed"]);
    expect(one).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("ends with what it has started, by SIGKILL, at its time-out", async () => {
    const w = ssmDelivery();
    const one = command([step("trap '' TERM; sleep 30 & wait", { timeoutSeconds: 0.1 })]);
    await w.run(one);
    expect(one).toMatchObject({ statusDetails: "ExecutionTimedOut", exitCode: 137 });
  });

  test("its time-out waits for nobody who has left its process group and holds its output", async () => {
    const w = ssmDelivery();
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
    await ssmDelivery().run(one);
    expect(one.stdout).toHaveLength(24_000);
    const { CommandPlugins } = listedInvocation(one, true) as {
      CommandPlugins: { Output: string }[];
    };
    expect(CommandPlugins[0]?.Output).toHaveLength(2500);
    expect(CommandPlugins[0]?.Output).toMatch(/x\n---Output truncated---$/);
  });
});
