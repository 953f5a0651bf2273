import { appendFileSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../bucket/disk/replace-file.ts";
import { COMMENT_BEGINNING } from "../../protocol/submission.ts";
import type { LocalConfig } from "../config.ts";
import { realCommand } from "../slurm/real-command.ts";
import { wrappedCommands } from "./environment.ts";

/** Faults of one sbatch of a prefix. */
const SBATCH_FAULTS = [
  /** The agent is killed before sbatch is called. */
  "kill-before",
  /** sbatch has done its work, and the agent is killed before it learns of it. */
  "kill-after",
  /** Slurm cannot be reached. */
  "no-answer-before",
  /** Slurm has the job, but its answer is lost. */
  "no-answer-after",
  /** sbatch takes a second. */
  "slow",
] as const;
export type SbatchFault = (typeof SBATCH_FAULTS)[number];

/** Where the fault for the next sbatch of a prefix is put: a file with the prefix's name. */
export function sbatchFaults(config: LocalConfig): string {
  return join(config.home, "sbatch-faults");
}

/** Lines `begin|accepted <job id or -> <comment>`: every sbatch that the agent has called. */
export function sbatchLog(config: LocalConfig): string {
  return join(config.log, "sbatch-calls");
}

/** Lays out a folder of Slurm's commands in which sbatch meets the faults it is told. */
export async function writeFaultyCommands(config: LocalConfig): Promise<void> {
  const bin = wrappedCommands(config);
  for (const folder of [bin, sbatchFaults(config)]) mkdirSync(folder, { recursive: true });
  appendFileSync(sbatchLog(config), "");
  await replaceFile(join(bin, "sbatch"), sbatchScript(config), { mode: 0o755 });
  for (const name of OTHER_COMMANDS) linkRealCommand(config, name);
}

/** Where each call of a Slurm command other than sbatch leaves a line with its name. */
export function commandCounts(config: LocalConfig): string {
  return join(config.log, "slurm-commands");
}

/**
 * Lays out a folder of Slurm's commands in which each of them is counted but sbatch, which slurmctld logs: it is
 * on the way of every job, and stays as it is.
 */
export async function writeCountedCommands(config: LocalConfig): Promise<void> {
  const bin = wrappedCommands(config);
  mkdirSync(bin, { recursive: true });
  linkRealCommand(config, "sbatch");
  for (const name of OTHER_COMMANDS) {
    const script = `#!/bin/sh\necho ${name} >>"${commandCounts(config)}"\nexec "${realCommand(config, name)}" "$@"\n`;
    rmSync(join(bin, name), { force: true });
    await replaceFile(join(bin, name), script, { mode: 0o755 });
  }
}

/** Those that the agent calls beside sbatch. */
const OTHER_COMMANDS = ["squeue", "scontrol", "scancel", "sinfo"] as const;

function linkRealCommand(config: LocalConfig, name: string): void {
  const link = join(wrappedCommands(config), name);
  rmSync(link, { force: true });
  symlinkSync(realCommand(config, name), link);
}

/** In front of the real sbatch. The agent is its parent, and is killed by that number. */
function sbatchScript(config: LocalConfig): string {
  return `#!/bin/sh
# The agent's sbatch when faults are put in; written by local/faults/slurm-commands.ts.
comment=
for argument; do
  case $argument in --comment=*) comment=\${argument#--comment=} ;; esac
done
prefix=\${comment#${COMMENT_BEGINNING}}
prefix=\${prefix%%:*}
fault=
if mv "${sbatchFaults(config)}/$prefix" "${sbatchFaults(config)}/.$prefix.$$" 2>/dev/null; then
  fault=$(cat "${sbatchFaults(config)}/.$prefix.$$")
fi
note() { printf '%s %s %s %s\\n' "$1" "$2" "$comment" "\${fault:--}" >>"${sbatchLog(config)}"; }
lost() {
  echo "sbatch: error: Batch job submission failed: Unable to contact slurm controller ($1 failure)" >&2
  exit 1
}

note begin -
case $fault in
  kill-before) kill -9 $PPID; exit 1 ;;
  no-answer-before) lost connect ;;
  slow) sleep 1 ;;
esac
said=$("${realCommand(config, "sbatch")}" "$@" 2>&1)
code=$?
case $said in *'Submitted batch job '*) note accepted "\${said##* }" ;; esac
case $fault in
  kill-after) kill -9 $PPID; exit 1 ;;
  no-answer-after) lost receive ;;
esac
if [ $code = 0 ]; then printf '%s\\n' "$said"; else printf '%s\\n' "$said" >&2; fi
exit $code
`;
}
