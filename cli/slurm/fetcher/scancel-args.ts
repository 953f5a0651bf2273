import { type Reach, SIGNALS } from "../../../protocol/cancel.ts";
import type { OptionValue } from "../../../protocol/sbatch-option-table.ts";
import { parseTaskIds } from "../../../protocol/task-ids.ts";
import { type GivenOption, getopt, lastOf } from "../getopt.ts";
import { SlurmError, slurmError } from "../slurm-error.ts";

/** Options of scancel. Source: scancel(1) of Slurm 24.05, src/scancel/opt.c. */
export const SCANCEL_OPTIONS: Readonly<Record<string, OptionValue>> = {
  account: "required",
  batch: "none",
  cluster: "required",
  clusters: "required",
  ctld: "none",
  full: "none",
  help: "none",
  hurry: "none",
  interactive: "none",
  jobname: "required",
  me: "none",
  name: "required",
  nodelist: "required",
  partition: "required",
  qos: "required",
  quiet: "none",
  reservation: "required",
  sibling: "required",
  signal: "required",
  state: "required",
  usage: "none",
  user: "required",
  verbose: "none",
  version: "none",
  wckey: "required",
};

/** Letters that stand for an option. */
export const SCANCEL_LETTERS = {
  A: "account",
  b: "batch",
  f: "full",
  H: "hurry",
  i: "interactive",
  M: "clusters",
  n: "name",
  p: "partition",
  q: "qos",
  Q: "quiet",
  R: "reservation",
  s: "signal",
  t: "state",
  u: "user",
  v: "verbose",
  V: "version",
  w: "nodelist",
} as const;

/** Options that nothing here could be chosen by. */
export const SCANCEL_REFUSED = [
  "cluster",
  "clusters",
  "nodelist",
  "reservation",
  "sibling",
  "wckey",
] as const;

/** The last words of their error. */
export const SCANCEL_WHY_REFUSED =
  "choose jobs by their ids, or by --name, --partition, --state or --user";

/** Variables that stand for options with a value, and for those without. Source: scancel(1), "ENVIRONMENT VARIABLES". */
const VALUES = ["account", "name", "partition", "qos", "state", "user", "wckey"] as const;
const SWITCHES = ["batch", "full", "interactive", "verbose"] as const;

/** States that jobs are chosen by, with their short names. */
const STATES: Readonly<Record<string, string>> = {
  PENDING: "PENDING",
  PD: "PENDING",
  RUNNING: "RUNNING",
  R: "RUNNING",
  SUSPENDED: "SUSPENDED",
  S: "SUSPENDED",
};

/** Tasks that one word names at most. */
const TASKS_MAX = 100_000;

/** One job that was named, or tasks of one. */
export interface NamedJob {
  id: string;
  /** undefined: all of it. */
  tasks?: Set<number>;
}

/** A call of scancel. */
export interface ScancelCall {
  jobs: NamedJob[];
  /** Filters that choose among the jobs; of each the last value counts. */
  filters: Partial<Record<"account" | "name" | "partition" | "qos" | "state" | "user", string>>;
  isMe: boolean;
  /** A name of SIGNALS, or a number; undefined: the jobs are cancelled. */
  signal?: string | undefined;
  /** Whom the signal reaches; undefined: the steps that srun began. */
  reach?: Reach | undefined;
  isInteractive: boolean;
  isQuiet: boolean;
  isVerbose: boolean;
  asks?: "help" | "usage" | "version" | undefined;
}

/**
 * Reads the command line of scancel and its SCANCEL_* variables.
 *
 * @throws SlurmError in scancel's words
 */
export function scancelCall(argv: readonly string[], env: NodeJS.ProcessEnv): ScancelCall {
  const { options, words } = getopt("scancel", argv, {
    long: new Map(Object.entries(SCANCEL_OPTIONS)),
    letters: SCANCEL_LETTERS,
    anywhere: true,
  });
  const given = [...environmentOptions(env), ...options];
  for (const name of SCANCEL_REFUSED)
    if (has(given, name))
      throw slurmError("scancel", `--${name} is not possible here: ${SCANCEL_WHY_REFUSED}`);
  const value = (name: string) => lastOf(given, name)?.value;
  const filters = {
    account: value("account"),
    name: lastOf(
      given.map((one) => (one.name === "jobname" ? { ...one, name: "name" } : one)),
      "name",
    )?.value,
    partition: value("partition"),
    qos: value("qos"),
    state: stateOf(value("state")),
    user: value("user"),
  };
  const call: ScancelCall = {
    jobs: words.flatMap(jobsIn),
    filters: Object.fromEntries(Object.entries(filters).filter(([, one]) => one !== undefined)),
    isMe: has(given, "me"),
    signal: signalOf(value("signal")),
    // As Slurm has it, --full counts more.
    reach: (["full", "batch"] as const).find((name) => has(given, name)),
    isInteractive: has(given, "interactive"),
    isQuiet: has(given, "quiet"),
    isVerbose: has(given, "verbose"),
    asks: (["help", "usage", "version"] as const).find((name) => has(given, name)),
  };
  const isChosen = call.jobs.length > 0 || call.isMe || Object.keys(call.filters).length > 0;
  if (!isChosen && !call.asks) throw slurmError("scancel", "No job identification provided");
  return call;
}

function has(options: readonly GivenOption[], name: string): boolean {
  return options.some((one) => one.name === name);
}

function environmentOptions(env: NodeJS.ProcessEnv): GivenOption[] {
  const variable = (name: string) => env[`SCANCEL_${name.toUpperCase()}`];
  return [
    ...VALUES.flatMap((name) => {
      const value = variable(name);
      return value ? [{ name, value }] : [];
    }),
    ...SWITCHES.flatMap((name) => (/^t(rue)?$/i.test(variable(name) ?? "") ? [{ name }] : [])),
  ];
}

function stateOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const state = STATES[text.toUpperCase()];
  if (state !== undefined) return state;
  throw new SlurmError([
    `Invalid job state specified: ${text}`,
    "Valid job states are PENDING, RUNNING, and SUSPENDED",
  ]);
}

function signalOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const name = text.toUpperCase().replace(/^SIG/, "");
  const isKnown = SIGNALS.some((one) => one === name) || /^([1-9]|[12]\d|3[01])$/.test(name);
  if (!isKnown) throw new SlurmError([`Unknown job signal: ${text}`]);
  // SIGKILL from the user is a cancel for Slurm, too.
  return name === "KILL" || name === "9" ? undefined : name;
}

/** The jobs in one word: `12`, `12_3`, `12_[1-3,5]`, `12_*`, several with commas between them. */
function jobsIn(word: string): NamedJob[] {
  const parts = word.match(/[^,[]+(\[[^\]]*\])?|,|./g)?.filter((part) => part !== ",") ?? [];
  return parts.map((part) => {
    const [, id, tasks] = /^(\d+)(?:_(\*|\d+|\[[\d,-]+\]))?$/.exec(part) ?? [];
    if (/^\d+\.\w+$/.test(part))
      throw slurmError(
        "scancel",
        `${part}: single steps cannot be reached here; cancel or signal the job`,
      );
    if (id === undefined || Number(id) === 0) throw slurmError("scancel", `Invalid job id ${word}`);
    if (tasks === undefined || tasks === "*") return { id: String(Number(id)) };
    const ids = parseTaskIds(tasks.replace(/^\[|\]$/g, ""), TASKS_MAX);
    if (!ids || ids.size === 0) throw slurmError("scancel", `Invalid job id ${word}`);
    return { id: String(Number(id)), tasks: ids };
  });
}
