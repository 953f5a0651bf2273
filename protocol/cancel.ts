import { CloudSubmitError } from "./error.ts";
import { CANCELS_METADATA, SUBMISSION_PATTERN } from "./submission.ts";
import { formatTaskIds, parseTaskIds } from "./task-ids.ts";

/** Metadata key of a JOB_CANCEL that is for some tasks of a job array alone: their ids as ranges. */
export const TASKS_METADATA = "tasks";
/** Metadata key of a JOB_CANCEL that asks for a signal, and not for the end of the job. */
export const SIGNAL_METADATA = "signal";
/** Metadata key of whom such a signal is for: one of REACHES. */
export const REACH_METADATA = "signal-to";

/**
 * Whom a signal reaches: the batch shell alone, or every process of the job. Absent: the steps that srun began, and nobody else.
 * Source: scancel(1), `--batch` and `--full`.
 */
export const REACHES = ["batch", "full"] as const;
export type Reach = (typeof REACHES)[number];

/** Signals that are sent by name. Source: scancel(1), `--signal`. */
export const SIGNALS = [
  "HUP",
  "INT",
  "QUIT",
  "USR1",
  "USR2",
  "TERM",
  "KILL",
  "STOP",
  "CONT",
  "ALRM",
] as const;

/** Those of Linux that have one number everywhere; real-time signals are not among them. */
const SIGNAL_NUMBER_MAX = 31;

/** Ids that one request names at most, */
export const CANCEL_TASKS_MAX = 50_000;
/** and the length of their text in bytes: S3 takes 2 KB of metadata in all. */
export const CANCEL_TASKS_MAX_BYTES = 1024;

/** The part of a job that a JOB_CANCEL is for, when it is not for the whole of it. The submission goes on. */
export interface CancelPart {
  /** The submission whose job is meant. */
  submission: string;
  /** Of a job array: ids as ranges, made of digits, hyphens and commas alone; absent: the job. */
  tasks?: string | undefined;
  /** A name of SIGNALS, or a number from 1 to 31; absent: they are cancelled. */
  signal?: string | undefined;
  /** With a signal: whom it reaches. */
  reach?: Reach | undefined;
}

/** Whether a JOB_CANCEL is for the whole job; one whose part cannot be read is not. */
export function isWholeCancel(metadata: Readonly<Record<string, string>>): boolean {
  return [TASKS_METADATA, SIGNAL_METADATA, REACH_METADATA].every(
    (key) => metadata[key] === undefined,
  );
}

/**
 * The part of a job that a JOB_CANCEL is for, by its metadata.
 *
 * @returns undefined: the whole job; "unreadable": a part of it that cannot be told, so nothing is to be done
 */
export function cancelPartOf(
  metadata: Readonly<Record<string, string>>,
): CancelPart | "unreadable" | undefined {
  if (isWholeCancel(metadata)) return undefined;
  const submission = metadata[CANCELS_METADATA];
  if (submission === undefined || !SUBMISSION_PATTERN.test(submission)) return "unreadable";
  const tasks = metadata[TASKS_METADATA];
  const signal = metadata[SIGNAL_METADATA];
  const ids = tasks === undefined ? undefined : readTasks(tasks);
  const name = signal === undefined ? undefined : readSignal(signal);
  if ((tasks !== undefined && !ids) || (signal !== undefined && !name)) return "unreadable";
  const asked = metadata[REACH_METADATA];
  const reach = REACHES.find((one) => one === asked);
  if (asked !== undefined && !(reach && name)) return "unreadable";
  return {
    submission,
    ...(ids && { tasks: ids }),
    ...(name && { signal: name }),
    ...(reach && { reach }),
  };
}

/**
 * Metadata of a JOB_CANCEL for a part of a job. The ids of thousands of single tasks may be too long for one: then
 * they are sent in several.
 *
 * @param part.submission the run that is meant: no other one of the prefix is touched
 * @throws CloudSubmitError `bad-option` for tasks or a signal that cannot be sent
 */
export function cancelMetadata(part: {
  submission: string;
  tasks?: Iterable<number> | undefined;
  signal?: string | undefined;
  reach?: Reach | undefined;
}): Record<string, string> {
  const tasks = part.tasks && formatTaskIds(part.tasks);
  const signal = part.signal === undefined ? undefined : readSignal(part.signal);
  if (tasks !== undefined && readTasks(tasks) === undefined)
    throw new CloudSubmitError(
      "bad-option",
      `the ids of the tasks are no list of 1 to ${CANCEL_TASKS_MAX} in ${CANCEL_TASKS_MAX_BYTES} bytes: name fewer of them at a time`,
    );
  if (part.signal !== undefined && signal === undefined)
    throw new CloudSubmitError(
      "bad-option",
      `the signal ${JSON.stringify(part.signal)} cannot be sent: use one of ${SIGNALS.join(" ")}, or a number from 1 to ${SIGNAL_NUMBER_MAX}`,
    );
  return {
    [CANCELS_METADATA]: part.submission,
    ...(tasks !== undefined && { [TASKS_METADATA]: tasks }),
    ...(signal !== undefined && { [SIGNAL_METADATA]: signal }),
    ...(signal !== undefined && part.reach && { [REACH_METADATA]: part.reach }),
  };
}

/** Ids in the one form that is handed on. */
function readTasks(text: string): string | undefined {
  if (text.length > CANCEL_TASKS_MAX_BYTES || !/^[\d,-]+$/.test(text)) return undefined;
  const ids = parseTaskIds(text, CANCEL_TASKS_MAX);
  const tasks = ids && formatTaskIds(ids);
  return tasks !== undefined && tasks.length <= CANCEL_TASKS_MAX_BYTES
    ? tasks || undefined
    : undefined;
}

/** A signal in the one form that is handed on: scancel takes names with and without SIG, in any case. */
function readSignal(text: string): string | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (SIGNALS.some((one) => one === name)) return name;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= 1 && number <= SIGNAL_NUMBER_MAX ? String(number) : undefined;
}
