import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { COMMENT_BEGINNING } from "../../protocol/submission.ts";
import type { LocalConfig } from "../config.ts";

/** Faults of every run of the Slurm hook for jobs of a prefix. */
const HOOK_FAULTS = [
  /** It does nothing. */
  "lost",
  /** It runs twice. */
  "twice",
  /** It takes two seconds, in which slurmctld keeps the job in COMPLETING. */
  "slow",
] as const;
export type HookFault = (typeof HOOK_FAULTS)[number];

/** Where the fault for a prefix's hooks is put: a file with the prefix's name. */
export function hookFaults(config: LocalConfig): string {
  return join(config.home, "hook-faults");
}

/** A line for each run of the hook that a fault was put into: prefix, fault, job id. */
export function hookLog(config: LocalConfig): string {
  return join(config.log, "hook-faults");
}

/** Puts a script that does what it is told in front of the installed Slurm hook. */
export async function wrapSlurmHook(config: LocalConfig): Promise<void> {
  mkdirSync(hookFaults(config), { recursive: true });
  const hook = join(config.headNode, "hooks", "slurm-ended");
  await replaceFile(`${hook}-real`, readFileSync(hook, "utf8"), { mode: 0o755 });
  await replaceFile(hook, hookScript(config), { mode: 0o755 });
}

function hookScript(config: LocalConfig): string {
  return `#!/bin/sh
# slurmctld's hook when faults are put in; written by local/faults/slurm-hook.ts.
PATH=/usr/bin:/bin
real=\${0%/*}/slurm-ended-real
prefix=\${SLURM_JOB_COMMENT#${COMMENT_BEGINNING}}
prefix=\${prefix%%:*}
fault=$(cat "${hookFaults(config)}/\${prefix:-none}" 2>/dev/null)
[ -z "$fault" ] || printf '%s %s %s\\n' "$prefix" "$fault" "$SLURM_JOB_ID" >>"${hookLog(config)}"
case $fault in
  lost) exit 0 ;;
  twice) "$real" ;;
  slow) sleep 2 ;;
esac
exec "$real"
`;
}
