/** Values for the fields of a file name pattern. */
export interface PatternValues {
  /** The job's own id; of an array's task, that of the task. */
  jobId: string;
  /** Of an array: its id, and the id of the task. */
  array?: { jobId: string; task: number } | undefined;
  jobName: string;
  userName: string;
  /** Short name of the node on which the batch script runs. */
  batchHost: string;
  /** Slurm knows `%b`, the task's id modulo 10. */
  knowsModulo?: boolean | undefined;
}

/** So many folders for the output of one job are made at most, before it begins. */
export const OUTPUT_FOLDERS_MAX = 10_000;

/** Slurm's task id in a pattern of a job that is no array (NO_VAL - 1). */
const NO_TASK = "4294967294";

/** A percent sign, or a field with its width. */
const FIELD = /%(%|(\d*)([A-Za-z]))/g;

/** Slurm pads with no more than so many zeros. */
const WIDTH_MAX = 10;

/**
 * The file that Slurm opens for a batch job's stdout or stderr. squeue tells the pattern; scontrol replaces
 * only some of its fields (seen on 22.05 to 26.05).
 * Source: sbatch(1), "FILENAME PATTERN"; compared with the files of real jobs.
 */
export function expandOutputPattern(pattern: string, values: PatternValues): string {
  const literal = literalPath(pattern);
  if (literal !== undefined) return literal;
  return pattern.replace(FIELD, (whole, percent, width: string, field: string) => {
    if (percent === "%") return "%";
    const value = valueOf(field, values);
    if (value === undefined) return whole;
    return /^[AabJjnst]$/.test(field)
      ? value.padStart(Math.min(Number(width), WIDTH_MAX), "0")
      : value;
  });
}

function valueOf(field: string, values: PatternValues): string | undefined {
  const { jobId, array, jobName, userName, batchHost, knowsModulo } = values;
  switch (field) {
    case "A":
      return array?.jobId ?? jobId;
    case "a":
      return array ? String(array.task) : NO_TASK;
    case "b":
      return knowsModulo ? String(Number(array?.task ?? NO_TASK) % 10) : undefined;
    case "J":
    case "j":
      return jobId;
    case "N":
      return batchHost;
    // The batch script is the first task on the first node.
    case "n":
    case "t":
      return "0";
    case "s":
      return "batch";
    case "u":
      return userName;
    case "x":
      return jobName;
    default:
      return undefined;
  }
}

/** Whether fields have values only when a job begins: its node, and the ids of an array's tasks. */
export function areKnownLate(fields: ReadonlySet<string>, isArray: boolean): boolean {
  return fields.has("N") || (isArray && (fields.has("j") || fields.has("J")));
}

/** Whether fields have another value for each task of an array. */
export function areOfEachTask(fields: ReadonlySet<string>): boolean {
  return fields.has("a") || fields.has("b");
}

/** The fields that the folder in a pattern depends on, as letters. */
export function folderFields(pattern: string): ReadonlySet<string> {
  if (isLiteral(pattern)) return new Set();
  const folder = pattern.slice(0, pattern.lastIndexOf("/") + 1);
  return new Set([...folder.matchAll(FIELD)].flatMap(([, , , field]) => field ?? []));
}

/** The file that a pattern names in which Slurm replaces nothing; undefined: it is none. */
export function literalPath(pattern: string): string | undefined {
  return isLiteral(pattern) ? pattern.replace(/\\(.)/gs, "$1") : undefined;
}

/** A pattern that names this very file. */
export function literalPattern(path: string): string {
  return /[%\\]/.test(path) ? path.replace(/[%\\]/g, "\\$&") : path;
}

/** A backslash: no field is replaced, and the backslash goes. */
function isLiteral(pattern: string): boolean {
  return pattern.includes("\\");
}
