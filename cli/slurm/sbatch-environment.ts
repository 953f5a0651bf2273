import type { GivenOption } from "./getopt.ts";
import { SBATCH_TABLE } from "./sbatch-table.ts";

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
  SBATCH_TIMELIMIT: "time",
};

/** Variables that are named after their option. Source: the same, and sbatch 22.05 itself. */
const LIKE_OPTIONS = [
  "ACCOUNT ACCTG_FREQ BATCH CLUSTERS CLUSTER_CONSTRAINT CONSTRAINT CONTAINER CORE_SPEC CPUS_PER_GPU DELAY_BOOT",
  "DISTRIBUTION ERROR EXCLUSIVE EXPORT GET_USER_ENV GPUS GPUS_PER_NODE GPUS_PER_SOCKET GPUS_PER_TASK GPU_BIND GPU_FREQ",
  "GRES GRES_FLAGS HINT IGNORE_PBS INPUT JOB_NAME MEM_BIND MEM_PER_CPU MEM_PER_GPU NETWORK NO_KILL NO_REQUEUE",
  "OPEN_MODE OUTPUT OVERCOMMIT PARTITION POWER PROFILE QOS REQUEUE RESERVATION SIGNAL SPREAD_JOB THREADS_PER_CORE",
  "THREAD_SPEC USE_MIN_NODES WAIT WAIT_ALL_NODES WCKEY",
].flatMap((names) => names.split(" "));

/** Each variable, and the option that it stands for. */
export const SBATCH_VARIABLES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(NAMED),
  ...LIKE_OPTIONS.map(
    (name) => [`SBATCH_${name}`, name.toLowerCase().replaceAll("_", "-")] as const,
  ),
]);

/** Of one that is set to this the option is not given. */
const OFF: ReadonlySet<string> = new Set(["SBATCH_DEBUG"]);

/** The options that the environment gives. */
export function environmentOptions(env: NodeJS.ProcessEnv): GivenOption[] {
  const found: GivenOption[] = [];
  for (const [variable, name] of SBATCH_VARIABLES) {
    const value = env[variable];
    if (value === undefined || (OFF.has(variable) && value === "0")) continue;
    const kind = SBATCH_TABLE.long.get(name);
    if (kind === "required" && value === "") continue;
    found.push(kind === "none" || value === "" ? { name } : { name, value });
  }
  const most = env.SBATCH_WAIT4SWITCH;
  const switches = found.find(({ name }) => name === "switches");
  if (switches?.value !== undefined && most && !switches.value.includes("@"))
    switches.value += `@${most}`;
  return found;
}
