import type { Worker } from "node:worker_threads";

/** Bytes of bytecode that a function must have run before V8 11 optimizes it: its own number, and ten times as many. */
const OWN_BUDGET = 67_584;
const LATE_BUDGET = 600_000;

type SetFlag = (flag: string) => void;

/**
 * Lets V8 compile only what runs long. A command line lives for a second: with its own settings, Node.js 20 spends
 * a third of that on optimizing code which is then hardly used (2,000 files of 4 KiB: 0.75 s of CPU against 0.49).
 * Later versions of V8 have a quicker compiler in between, and do not know the setting.
 */
export function optimizeLate(v8Version: string, setFlag: SetFlag): void {
  setBudget(v8Version, setFlag, LATE_BUDGET);
}

/**
 * Undoes it, while something is loaded or its compiled code is kept: V8 takes compiled code only if it was made with the
 * settings of the moment, and that of Node.js's own modules was made with V8's own (45 of them: 19 ms of CPU).
 */
export function optimizeAsUsual(v8Version: string, setFlag: SetFlag): void {
  setBudget(v8Version, setFlag, OWN_BUDGET);
}

/** The same while a thread begins, which loads modules of Node.js: until it says something. */
export function beginThreadsAsUsual(
  v8Version: string,
  setFlag: SetFlag,
  on: Pick<NodeJS.Process, "on"> = process,
): void {
  on.on("worker", (thread: Worker) => {
    optimizeAsUsual(v8Version, setFlag);
    let isBegun = false;
    const end = () => {
      if (!isBegun) optimizeLate(v8Version, setFlag);
      isBegun = true;
    };
    thread.once("message", end).once("exit", end);
  });
}

function setBudget(v8Version: string, setFlag: SetFlag, bytes: number): void {
  if (v8Version.startsWith("11.")) setFlag(`--interrupt-budget=${bytes}`);
}
