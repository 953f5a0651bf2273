import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Time and memory that a command took. */
export interface Measured {
  wallSeconds: number;
  /** User and system, of the command and the processes it has waited for. */
  cpuSeconds: number;
  /** Of its largest process. */
  peakMemoryBytes: number;
}

export interface MeasureOptions {
  /** A Python 3 interpreter. */
  python: string;
  /** The script bench/measure.py. */
  script: string;
  /** Folder for the command's output. */
  scratch: string;
  env: Readonly<Record<string, string>>;
}

/**
 * Runs a command and measures it.
 * @throws Error with the end of what it printed, when it fails
 */
export async function measure(
  command: readonly string[],
  { python, script, scratch, env }: MeasureOptions,
): Promise<Measured> {
  const [result, log] = [join(scratch, "measured.json"), join(scratch, "output.log")];
  await execute(python, [script, result, log, ...command], { env, cwd: scratch });
  const took = JSON.parse(readFileSync(result, "utf8")) as {
    code: number;
    wallSeconds: number;
    userSeconds: number;
    systemSeconds: number;
    peakMemoryBytes: number;
  };
  if (took.code !== 0) {
    const said = readFileSync(log, "utf8").slice(-2000);
    throw new Error(`${command.join(" ")}: exit code ${took.code}\n${said}`);
  }
  const { wallSeconds, userSeconds, systemSeconds, peakMemoryBytes } = took;
  return { wallSeconds, cpuSeconds: userSeconds + systemSeconds, peakMemoryBytes };
}
