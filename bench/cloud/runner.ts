import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Functions } from "./functions.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";

const OWN_EVENTS = ["dispatch", "audit"] as const;

/**
 * The deployed dispatch in a process of its own, for events that are handed to it; until its end, the emulated Lambda gets
 * neither those nor the audit's.
 */
export function startRunner({ config, bucket }: MeasuredCloud, functions: Functions) {
  for (const name of OWN_EVENTS) functions.listen(name, false);
  const program = join(config.checkout, "dist", "bench", "function-runner.cjs");
  const child = spawn(process.execPath, [program, functions.bundle("dispatch"), bucket], {
    env: functions.environment("dispatch"),
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(child, "exit") as Promise<[number | null]>;
  // A call after its end is an error of its own.
  child.stdin.on("error", () => undefined);
  return {
    call(key: string) {
      if (child.exitCode !== null)
        throw new Error("the process of the dispatch function has ended");
      child.stdin.write(`${key}\n`);
    },
    async end() {
      child.stdin.end();
      const [code] = await ended;
      for (const name of OWN_EVENTS) functions.listen(name, true);
      if (code !== 0) throw new Error("some calls of dispatch have failed");
    },
  };
}
