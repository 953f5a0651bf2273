import { describe, expect, test } from "@jest/globals";
import { interruptOf } from "../../../../cli/ui/interrupt.ts";

describe("an interruption", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])("%s says where things are and ends with %d", (signal, code) => {
    const listeners = new Map<string, () => void>();
    const exits: number[] = [];
    const said: string[] = [];
    const interrupt = interruptOf(
      {
        once: (name, listener) => listeners.set(name, listener),
        exit: (status) => void exits.push(status),
      },
      (line) => said.push(line),
    );
    interrupt.at(() => ["uploading"]);
    interrupt.at(() => ["waiting"]);
    listeners.get(signal)?.();
    expect([said, exits, interrupt.signal.aborted]).toEqual([["waiting"], [code], true]);
  });

  test.each([
    ["is tidied up, and then says so", Promise.resolve(["tidy"]), ["tidy"]],
    ["cannot be tidied up", Promise.reject(new Error("no")), []],
  ])("ends when what it has begun %s", async (_name, lines, told) => {
    let interrupted = () => {};
    const said: string[] = [];
    const end = new Promise<number>((resolve) => {
      const once = (name: string, listener: () => void) => {
        if (name === "SIGINT") interrupted = listener;
      };
      interruptOf({ once, exit: resolve }, (line) => said.push(line)).at(() => lines);
    });
    interrupted();
    expect([await end, said]).toEqual([130, told]);
  });
});
