import type { GivenOption } from "./getopt.ts";
import { SBATCH_TABLE } from "./sbatch-table.ts";
import { slurmError } from "./slurm-error.ts";

/** Variables that are named otherwise than their option. Source: sbatch(1), INPUT ENVIRONMENT VARIABLES. */
const NAMED: Readonly<Record<string, string>> = {
  SLURM_CLUSTERS: "clusters",
  SLURM_HINT: "hint",
  SBATCH_ARRAY_INX: "array",
  SBATCH_BURST_BUFFER: "bb",
  SBATCH_CPU_FREQ_REQ: "cpu-freq",
  SBATCH_DEBUG: "verbose",
  SBATCH_MEM_PER_NODE: "mem",
  SBATCH_REQ_SWITCH: "switches",
  SBATCH_SEGMENT_SIZE: "segment",
  SBATCH_TIMELIMIT: "time",
};

/** Variables that are named after their option. Source: the same, and src/sbatch/opt.c of Slurm 22.05 to 26.05. */
const LIKE_OPTIONS = [
  "ACCOUNT ACCTG_FREQ BATCH CLUSTERS CLUSTER_CONSTRAINT CONSOLIDATE_SEGMENTS CONSTRAINT CONTAINER CONTAINER_ID CONTAINER_TYPE CORE_SPEC CPUS_PER_GPU DELAY_BOOT",
  "DISTRIBUTION ERROR EXCLUSIVE EXPORT GET_USER_ENV GPUS GPUS_PER_NODE GPUS_PER_SOCKET GPUS_PER_TASK GPU_BIND GPU_FREQ",
  "GRES GRES_FLAGS HINT IGNORE_PBS INPUT JOB_NAME MEM_BIND MEM_PER_CPU MEM_PER_GPU NETWORK NO_KILL NO_REQUEUE",
  "OPEN_MODE OUTPUT OVERCOMMIT PARTITION POWER PROFILE QOS REQUEUE RESERVATION RUNTIME SIGNAL SPREAD_JOB SPREAD_SEGMENTS THREADS_PER_CORE",
  "THREAD_SPEC TRES_BIND TRES_PER_TASK USE_MIN_NODES WAIT WAIT_ALL_NODES WCKEY",
].flatMap((names) => names.split(" "));

/** Each variable, and the option that it stands for. */
export const SBATCH_VARIABLES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(NAMED),
  ...LIKE_OPTIONS.map(
    (name) => [`SBATCH_${name}`, name.toLowerCase().replaceAll("_", "-")] as const,
  ),
]);

/** Variables that are refused, and why. Those that a job has of Slurm are not: sbatch sets them for it. */
const REFUSED_VARIABLES: Readonly<Record<string, string>> = {
  SLURM_UMASK: "files get their modes on the cluster; unset it",
};

/** Flags that are one setting: where one is switched off, the other is, too. */
const ONE_SETTING = ["requeue", "no-requeue"];

/** Whether a variable sets its flag. Source: src/common/slurm_opt.c, slurm_process_option. */
function isOn(value: string): boolean {
  return /^(yes)?$/i.test(value) || (/^\s*[+-]?\d+$/.test(value) && Number(value) !== 0);
}

/**
 * The options that the environment gives, and the flags that it switches off, also those of the script.
 *
 * @throws SlurmError for a variable that is refused
 */
export function environmentOptions(env: NodeJS.ProcessEnv): { on: GivenOption[]; off: string[] } {
  for (const [variable, why] of Object.entries(REFUSED_VARIABLES))
    if (env[variable] !== undefined && env.SLURM_JOB_ID === undefined)
      throw slurmError("sbatch", `${variable} is not possible here: ${why}`);
  let on: GivenOption[] = [];
  const off: string[] = [];
  for (const [variable, name] of SBATCH_VARIABLES) {
    const value = env[variable];
    if (value === undefined) continue;
    const kind = SBATCH_TABLE.long.get(name);
    if (kind === "required" && value === "") continue;
    if (kind === "none" && !isOn(value)) {
      const names = ONE_SETTING.includes(name) ? ONE_SETTING : [name];
      off.push(...names);
      on = on.filter((one) => !names.includes(one.name));
    } else on.push(kind === "none" || value === "" ? { name } : { name, value });
  }
  const most = env.SBATCH_WAIT4SWITCH;
  const switches = on.find(({ name }) => name === "switches");
  if (switches?.value !== undefined && most && !switches.value.includes("@"))
    switches.value += `@${most}`;
  return { on, off };
}
