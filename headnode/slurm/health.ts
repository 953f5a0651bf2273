import { messageOf } from "../../protocol/error.ts";
import type { Heartbeat } from "../../protocol/heartbeat.ts";
import type { CommandResult, SlurmCommand } from "./command.ts";

/** Longer than Slurm's own time-out for a message, 10 s by default (slurm.conf(5), MessageTimeout). */
const TIMEOUT_MS = 15_000;
const DETAIL_MAX = 200;

/** Whether a slurmctld answers: `Slurmctld(primary) at head is UP`, and one more line for each backup. */
export async function isUp(run: SlurmCommand): Promise<boolean> {
  return saysUp(await run("scontrol", ["ping"], { timeoutMs: TIMEOUT_MS }));
}

function saysUp(done: CommandResult): boolean {
  return done.code === 0 && /^Slurmctld\(\w+\) at \S+ is UP$/m.test(done.stdout);
}

/**
 * For how many seconds slurmctld shows a job that has ended (slurm.conf(5), MinJobAge).
 *
 * @returns undefined when scontrol does not tell
 */
export async function minJobAge(run: SlurmCommand): Promise<number | undefined> {
  return (await limitsOf(run)).minJobAgeSeconds;
}

/** MinJobAge and MaxArraySize of slurm.conf(5), as far as scontrol tells. */
async function limitsOf(
  run: SlurmCommand,
): Promise<Pick<Heartbeat["slurm"], "minJobAgeSeconds" | "maxArraySize">> {
  const done = await run("scontrol", ["show", "config"], { timeoutMs: TIMEOUT_MS });
  const number = (pattern: RegExp) => {
    const found = done.code === 0 ? pattern.exec(done.stdout)?.[1] : undefined;
    return found === undefined ? undefined : Number(found);
  };
  return {
    minJobAgeSeconds: number(/^MinJobAge\s+= (\d+) sec$/m),
    maxArraySize: number(/^MaxArraySize\s+= (\d+)$/m),
  };
}

/** Check whether slurmctld answers; it never throws. */
export function slurmHealth(run: SlurmCommand): () => Promise<Heartbeat["slurm"]> {
  let version: string | undefined;
  return async () => {
    try {
      version ??= await versionOf(run);
      const done = await run("scontrol", ["ping"], { timeoutMs: TIMEOUT_MS });
      if (saysUp(done)) return { version, state: "ok", ...(await limitsOf(run)) };
      return { version, state: "unreachable", detail: oneLine(done.output) };
    } catch (error) {
      return { version, state: "unreachable", detail: oneLine(messageOf(error)) };
    }
  };
}

/** `slurm 24.05.8`, or `slurm-wlm 22.05.8` in Debian. */
async function versionOf(run: SlurmCommand): Promise<string | undefined> {
  const done = await run("scontrol", ["--version"], { timeoutMs: TIMEOUT_MS });
  return /^slurm\S* (\S+)/m.exec(done.stdout)?.[1];
}

function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, "; ")
    .slice(0, DETAIL_MAX);
}
