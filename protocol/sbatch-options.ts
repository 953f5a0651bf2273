import { CloudSubmitError } from "./error.ts";
import {
  ALLOWED,
  HEAD_NODE_FILE,
  HOST_LISTS,
  LETTERS,
  type OptionValue,
  REFUSED,
} from "./sbatch-option-table.ts";

/**
 * Metadata key of the status object for options of sbatch, a JSON array of strings in ASCII. They belong to
 * that one write of FILE_UPLOAD: the next one, by whichever client, has its own or none.
 */
export const SBATCH_METADATA = "sbatch-options";

/** S3 takes 2 KB of metadata in all; some of it is for the submission and the submitter. */
export const SBATCH_METADATA_MAX_BYTES = 1536;

/** Options whose value is a file that the job's results are to hold. */
const FILE_OPTIONS: ReadonlySet<string> = new Set(["output", "error", "input"]);

/** A file there is no result. */
const NOWHERE = "/dev/null";

/**
 * Options of sbatch as a user wrote them, each as one `--name` or `--name=value`. What would break the
 * agent, or act on the Head Node instead of the job, is refused; so is what is not known.
 *
 * @throws CloudSubmitError `bad-option` that names the option and says why
 */
export function sbatchOptions(args: readonly string[]): string[] {
  const options: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const { name, value } = split(args[at] ?? "");
    const kind = ALLOWED.get(name) ?? refuse(name);
    if (value !== undefined || kind !== "required") options.push(checked(name, kind, value));
    else {
      at += 1;
      // A word that looks like an option is one: the value was forgotten.
      const apart = args[at]?.startsWith("-") ? undefined : args[at];
      options.push(checked(name, kind, apart));
    }
  }
  return options;
}

/** `--name=value`, `--name`, `-Nvalue` or `-N`. */
function split(arg: string): { name: string; value?: string | undefined } {
  const long = /^--([^=]+)(?:=([\s\S]*))?$/.exec(arg);
  if (long) return { name: long[1] ?? "", value: long[2] };
  const letter = /^-[A-Za-z]/.test(arg) ? LETTERS[arg.charAt(1)] : undefined;
  if (letter === undefined)
    throw bad(arg, arg.startsWith("-") ? "there is no such option" : "options begin with -");
  const rest = arg.slice(2);
  if (rest !== "" && ALLOWED.get(letter) === "none") throw bad(arg, "write each letter by itself");
  return { name: letter, value: rest === "" ? undefined : rest };
}

function refuse(name: string): never {
  const why = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  throw bad(
    `--${name}`,
    why ?? "it is not passed on; write it after #SBATCH in job-aws-run.sh if sbatch knows it",
  );
}

function checked(name: string, kind: OptionValue, value: string | undefined): string {
  const option = `--${name}`;
  if (value === undefined) {
    if (kind === "required") throw bad(option, "it needs a value");
    return option;
  }
  if (kind === "none") throw bad(option, "it has no value");
  if (value === "") throw bad(option, "its value is empty");
  if (/[\p{Cc}\p{Cs}]/u.test(value))
    throw bad(option, "it has a control character: set it in the script");
  if (HOST_LISTS.includes(name) && value.includes("/"))
    throw bad(option, `${HEAD_NODE_FILE}; name the nodes`);
  const isElsewhere = value.startsWith("/") || value.split("/").includes("..");
  if (FILE_OPTIONS.has(name) && isElsewhere && value !== NOWHERE)
    throw bad(option, "give a file in the job's folder: others would not come back");
  return `${option}=${value}`;
}

function bad(option: string, why: string): CloudSubmitError {
  const shown = JSON.stringify(option.length > 80 ? `${option.slice(0, 80)}…` : option);
  return new CloudSubmitError("bad-option", `sbatch option ${shown}: ${why}`);
}

/**
 * The metadata for checked options; undefined when there are none.
 *
 * @throws CloudSubmitError `bad-option` when they are too long for S3
 */
export function formatSbatchMetadata(options: readonly string[]): string | undefined {
  if (options.length === 0) return undefined;
  const text = sbatchMetadata(options);
  if (text.length > SBATCH_METADATA_MAX_BYTES)
    throw new CloudSubmitError(
      "bad-option",
      `sbatch options take ${text.length} bytes of at most ${SBATCH_METADATA_MAX_BYTES}: write some after #SBATCH in job-aws-run.sh`,
    );
  return text;
}

/** The metadata for options, however long. Headers are ASCII, and signing folds runs of spaces into one. */
export function sbatchMetadata(options: readonly string[]): string {
  return JSON.stringify(options).replace(
    /[^\x21-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * The options in a status object's metadata, checked again; none when there are none.
 *
 * @throws CloudSubmitError `bad-option`
 */
export function parseSbatchMetadata(metadata: Readonly<Record<string, string>> = {}): string[] {
  const text = metadata[SBATCH_METADATA];
  if (text === undefined) return [];
  if (text.length > SBATCH_METADATA_MAX_BYTES) throw notAnArray();
  let args: unknown;
  try {
    args = JSON.parse(text);
  } catch {
    throw notAnArray();
  }
  if (!Array.isArray(args) || !args.every((arg) => typeof arg === "string")) throw notAnArray();
  return sbatchOptions(args);
}

function notAnArray(): CloudSubmitError {
  return new CloudSubmitError(
    "bad-option",
    `the metadata ${SBATCH_METADATA} of the status object is no JSON array of at most ${SBATCH_METADATA_MAX_BYTES} bytes that holds options of sbatch`,
  );
}
