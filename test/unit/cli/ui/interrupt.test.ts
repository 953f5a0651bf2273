import { describe, expect, test } from "@jest/globals";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { interruptOf } from "../../../../cli/ui/interrupt.ts";
import { interruptionLine } from "../../../../cli/ui/way-on.ts";

/** An interruption by a signal; what is said of it, and the exit code. */
function interrupted(signal: string, json: boolean, commands: readonly string[]) {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const said: (string | undefined)[] = [];
  const interrupt = interruptOf(
    {
      on: (name, listener) => listeners.set(name, listener),
      exit: (status) => void exits.push(status),
    },
    (wayOn, exitCode) => said.push(interruptionLine(sayEnglish, wayOn, { json, exitCode })),
  );
  for (const command of commands) interrupt.at({ command, line: (_say, then) => `Go on: ${then}` });
  listeners.get(signal)?.();
  return { said, exits, isAborted: interrupt.signal.aborted };
}

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
])("an interruption by %s", (signal, code) => {
  test("says how to go on, and ends with the exit code that shells know it by", () => {
    expect(interrupted(signal, false, ["submit", "wait"])).toEqual({
      said: ["Go on: wait"],
      exits: [code],
      isAborted: true,
    });
  });

  test("is an object for programs, with the command, also when there is none", () => {
    const parsed = (...commands: string[]): unknown =>
      JSON.parse(interrupted(signal, true, commands).said[0] ?? "");
    expect(parsed("cloud-submit fetch j")).toEqual({
      error: { code: "interrupted", message: "Go on: cloud-submit fetch j" },
      exitCode: code,
      resume: "cloud-submit fetch j",
    });
    expect(parsed()).toEqual({
      error: { code: "interrupted", message: "interrupted" },
      exitCode: code,
    });
  });

  test("says nothing where there is nothing to go on with", () => {
    expect(interrupted(signal, false, []).said).toEqual([undefined]);
  });

  test.each([
    ["is tidied up", true],
    ["cannot be tidied up", false],
  ])("ends when that which was begun %s", async (_name, isTidied) => {
    const order: string[] = [];
    let interrupted = () => {};
    const end = new Promise<number>((resolve) => {
      const on = (name: string, listener: () => void) => {
        if (name === "SIGINT") interrupted = listener;
      };
      const exit = (code: number) => {
        order.push("end");
        resolve(code);
      };
      interruptOf({ on, exit }, () => undefined).tidyBy(async () => {
        await new Promise(setImmediate);
        order.push("tidied");
        if (!isTidied) throw new Error("no");
      });
    });
    interrupted();
    expect([await end, order]).toEqual([130, ["tidied", "end"]]);
  });
});
