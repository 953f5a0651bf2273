import { SlurmError } from "./slurm-error.ts";

/** Where an option was given that counts: the command line before the environment, and this before the script. */
type Place = "script" | "environment" | "command line";

/** Options of which one counts. */
interface Group {
  names: readonly string[];
  /** Slurm's words for two of the command line and the script. */
  both: string;
  /** The same for two of the environment. */
  inEnvironment?: string;
  /** They are one setting: the environment goes before the script, too. */
  isOne?: boolean;
}

/**
 * Source: src/common/slurm_opt.c, _validate_memory_options, _validate_cpus_per_tres, _validate_spec_cores_options and
 * _validate_share_options.
 */
const GROUPS: readonly Group[] = [
  {
    names: ["mem", "mem-per-cpu", "mem-per-gpu"],
    both: "--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.",
    inEnvironment:
      "SLURM_MEM_PER_CPU, SLURM_MEM_PER_GPU, and SLURM_MEM_PER_NODE are mutually exclusive.",
  },
  {
    names: ["cpus-per-task", "cpus-per-gpu"],
    both: "--cpus-per-task, --tres-per-task=cpu:#, and --cpus-per-gpu are mutually exclusive",
  },
  {
    names: ["core-spec", "thread-spec"],
    both: "-S/--core-spec and --thred-spec options are mutually exclusive",
    inEnvironment:
      "Both --core-spec and --thread-spec set using environment variables. Those options are mutually exclusive.",
    isOne: true,
  },
  {
    names: ["exclusive", "oversubscribe"],
    both: "--exclusive and --oversubscribe options are mutually exclusive",
    isOne: true,
  },
];

/** Options that --hint stands for. Source: the same, validate_hint_option. */
const HINTED = [
  "ntasks-per-core",
  "cores-per-socket",
  "sockets-per-node",
  "threads-per-core",
  "extra-node-info",
];

/**
 * The options that do not count beside others: of a group, those of the environment give way.
 *
 * @param places where each option was given that counts
 * @throws SlurmError for two of a group that come from the same kind of place
 */
export function supersededOptions(places: ReadonlyMap<string, Place>): string[] {
  const isAsked = (name: string) => places.has(name) && places.get(name) !== "environment";
  const isInEnvironment = (name: string) => places.get(name) === "environment";
  const gone = GROUPS.flatMap(({ names, both, inEnvironment, isOne }) => {
    const [asked, ...more] = names.filter(isAsked);
    const others = names.filter(isInEnvironment);
    const isTwice = asked === undefined && others.length > 1;
    const why = more.length > 0 ? both : isTwice ? inEnvironment : undefined;
    if (why !== undefined) throw new SlurmError([`sbatch: fatal: ${why}`]);
    if (asked === undefined || others.length === 0) return [];
    return isOne && places.get(asked) === "script" ? [asked] : others;
  });
  if (isInEnvironment("hint") && HINTED.some((name) => places.has(name))) gone.push("hint");
  else if (isAsked("hint") && !HINTED.some(isAsked)) gone.push(...HINTED.filter(isInEnvironment));
  return gone;
}
