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
    ["is tidied up", true],
    ["cannot be tidied up", false],
  ])("ends when that which was begun %s", async (_name, isTidied) => {
    const order: string[] = [];
    let interrupted = () => {};
    const end = new Promise<number>((resolve) => {
      const once = (name: string, listener: () => void) => {
        if (name === "SIGINT") interrupted = listener;
      };
      const exit = (code: number) => {
        order.push("end");
        resolve(code);
      };
      interruptOf({ once, exit }, () => undefined).tidyBy(async () => {
        await new Promise(setImmediate);
        order.push("tidied");
        if (!isTidied) throw new Error("no");
      });
    });
    interrupted();
    expect([await end, order]).toEqual([130, ["tidied", "end"]]);
  });
});
