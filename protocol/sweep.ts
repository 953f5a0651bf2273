import * as z from "zod";
import { readKeySchema } from "./manifest.ts";
import { SWEEP_MAX_BYTES } from "./objects.ts";
import { parseJson } from "./parse-json.ts";
import { PREFIX_MAX_LENGTH } from "./prefix.ts";
import { submissionSchema } from "./submission.ts";

/** A sweep has so many rows at most. */
export const SWEEP_ROWS_MAX = 10_000;

/** And so many parameters. */
export const SWEEP_COLUMNS_MAX = 100;

/** Bytes of one value; an environment variable may have more. Source: Linux, execve(2), MAX_ARG_STRLEN. */
export const SWEEP_VALUE_MAX_BYTES = 32 << 10;

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Variables that change what a shell or a program's start does, or that Slurm or a login sets. */
const OTHERS = new Set(
  `_ PATH HOME SHELL USER LOGNAME PWD OLDPWD CDPATH IFS ENV FPATH TMPDIR TERM LANG LANGUAGE NLSPATH
  PS1 PS2 PS3 PS4 PROMPT_COMMAND OPTIND OPTARG OPTERR LINENO PPID UID EUID GROUPS RANDOM SECONDS SHLVL SHELLOPTS
  POSIXLY_CORRECT GLOBIGNORE FUNCNAME FUNCNEST DIRSTACK PIPESTATUS REPLY TIMEFORMAT TMOUT EXECIGNORE FIGNORE HISTFILE
  INPUTRC MAIL MAILPATH MAILCHECK HOSTFILE HOSTTYPE MACHTYPE OSTYPE COMP_WORDBREAKS CHILD_MAX COLUMNS LINES
  CUDA_VISIBLE_DEVICES EPOCHSECONDS EPOCHREALTIME SRANDOM HOSTNAME TZDIR GETCONF_DIR RES_OPTIONS LOCALDOMAIN
  LOCPATH RESOLV_HOST_CONF KSH_VERSION ZDOTDIR`.split(/\s+/),
);
const OTHERS_BEGIN =
  /^(?:BASH|LD_|DYLD_|LC_|SLURM|SBATCH_|SRUN_|SALLOC_|SPANK_|SCANCEL_|SQUEUE_|PMI|PMIX_|MUNGE|GCONV_|AWS_|CLOUD_SUBMIT|SWEEP_|_sweep)/;

/** Whether a parameter of a job may have this name: one of an environment variable that nothing else uses. */
export function isParameterName(name: string): boolean {
  return NAME.test(name) && !OTHERS.has(name) && !OTHERS_BEGIN.test(name);
}

/** Whether a text can be the value of an environment variable, whole. */
export function isParameterValue(value: string): boolean {
  return (
    !/[\0\p{Cs}]/u.test(value) && new TextEncoder().encode(value).length <= SWEEP_VALUE_MAX_BYTES
  );
}

const row = z.int().min(1).max(SWEEP_ROWS_MAX);
const rowList = z.array(row).max(SWEEP_ROWS_MAX);

/** Options of sbatch are short: they have to fit into metadata. */
const sbatchOption = z.string().max(1536);

const shared = {
  version: z.literal(1),
  sbatchOptions: z.array(sbatchOption).max(200).describe("options for sbatch of each submission"),
  columns: z
    .array(z.string().refine(isParameterName))
    .min(1)
    .max(SWEEP_COLUMNS_MAX)
    .refine((names) => new Set(names).size === names.length),
  rows: z
    .array(z.array(z.string().refine(isParameterValue)).max(SWEEP_COLUMNS_MAX))
    .min(1)
    .max(SWEEP_ROWS_MAX),
};

const arraySweep = z.strictObject({
  ...shared,
  kind: z.literal("array"),
  atOnce: z.int().min(1).max(SWEEP_ROWS_MAX).optional().describe("tasks that may run at a time"),
  submission: submissionSchema.describe("id of the last submission"),
  tasks: rowList.describe("its rows"),
  done: rowList.describe("rows that completed in the submissions before it"),
});

const prefixSweep = z.strictObject({
  ...shared,
  kind: z.literal("prefixes"),
  readKey: readKeySchema.describe("of the objects that all rows share"),
  submissions: z.array(submissionSchema).max(SWEEP_ROWS_MAX).describe("the last one of each row"),
  // Of rows without a job. Earlier versions wrote neither: then nothing is known of these rows.
  open: rowList
    .optional()
    .describe("rows that were not requested yet, or whose removed jobs had not completed"),
  done: rowList.optional().describe("rows that completed; their jobs may have been removed"),
});

const sweepSchema = z.discriminatedUnion("kind", [arraySweep, prefixSweep]);

/** A sweep whose rows are the tasks of one job array. */
export type ArraySweep = z.infer<typeof arraySweep>;
/** A sweep whose rows are jobs of their own. */
export type PrefixSweep = z.infer<typeof prefixSweep>;
/** Rows of parameters, and how they were submitted. */
export type Sweep = ArraySweep | PrefixSweep;

/** The sweep in a text; undefined when it is none: it is strict, and each row has all values. */
export function parseSweep(text: string): Sweep | undefined {
  const sweep = parseJson(sweepSchema, text);
  if (!sweep?.rows.every((values) => values.length === sweep.columns.length)) return undefined;
  const { rows } = sweep;
  if (sweep.kind === "prefixes" && sweep.submissions.length !== rows.length) return undefined;
  const { done = [] } = sweep;
  const others = sweep.kind === "prefixes" ? (sweep.open ?? []) : sweep.tasks;
  return [...others, ...done].every((one) => one <= rows.length) ? sweep : undefined;
}

/** The text of a sweep; undefined when it is longer than one may be. */
export function formatSweep({ rows, ...sweep }: Sweep): string | undefined {
  const beginning = JSON.stringify(sweep).slice(0, -1);
  const lines = rows.map((values) => JSON.stringify(values));
  const text = `${beginning},"rows":[\n${lines.join(",\n")}\n]}\n`;
  return new TextEncoder().encode(text).length > SWEEP_MAX_BYTES ? undefined : text;
}

/** The longest name of a sweep whose rows have prefixes of their own, in characters. */
export const SWEEP_NAME_MAX = PREFIX_MAX_LENGTH - `-${SWEEP_ROWS_MAX}`.length;

/** The prefix of a row: the sweep's name and the row's number, as wide as the last one's. */
export function rowPrefix(name: string, number: number, rows: number): string {
  return `${name}-${String(number).padStart(String(rows).length, "0")}`;
}

/** The numbers of all rows of a sweep. */
export function everyRow({ rows }: Pick<Sweep, "rows">): number[] {
  return rows.map((_, at) => at + 1);
}

/** The sweep's name and the row's number in a name that may be the prefix of a row; undefined: it is none. */
export function rowOfPrefix(prefix: string): { name: string; row: number } | undefined {
  const [, name, number] = /^(.+)-(\d{1,5})$/.exec(prefix) ?? [];
  const row = Number(number);
  return name === undefined || row === 0 ? undefined : { name, row };
}
