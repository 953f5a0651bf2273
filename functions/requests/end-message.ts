import type { StateChange } from "../../protocol/event.ts";
import { isPrefix } from "../../protocol/prefix.ts";

/** An e-mail: its subject, one line of ASCII, and its plain text. */
export interface EndMessage {
  subject: string;
  text: string;
}

/** Longest subject. Source: Amazon SNS API Reference, Publish: "less than 100 characters long". */
const SUBJECT_MAX = 99;

/** Longest value that somebody else wrote, such as an error with a file's name in it. */
const VALUE_MAX = 500;

/** The e-mail for the end of a job: how it ended, and how to get its results. */
export function endMessage(change: StateChange): EndMessage {
  const { prefix, bucket, error, requester, signal } = change;
  const outcome = change.outcome ?? change.to;
  const name = short(plain(prefix), SUBJECT_MAX - "cloud-submit:  ".length - outcome.length);
  const fields = [
    ["job", prefix],
    ["outcome", outcome],
    ["Slurm job", change.slurmJobId],
    ["exit code", change.exitCode],
    ["signal", signal === 0 ? undefined : signal],
    ["error", error && `${error.code}: ${error.message}`],
    ["requested", change.requestedAt],
    ["submitted", change.submittedAt],
    ["ended", change.endedAt ?? change.at],
    ["by", requester?.submitter ?? requester?.account],
    ["results", change.filesOut === undefined ? undefined : `${change.filesOut} files`],
  ] as const;
  const rows = fields.flatMap(([title, value]) =>
    value === undefined
      ? []
      : [`${`${title}:`.padEnd(12)}${short(printable(String(value)), VALUE_MAX)}`],
  );
  // Somebody may paste them into a shell.
  const commands = isPrefix(prefix)
    ? [
        "",
        "Its results, and more about it:",
        `  cloud-submit fetch ${prefix} --bucket ${bucket}`,
        `  cloud-submit status ${prefix} --bucket ${bucket}`,
      ]
    : [];
  return {
    subject: `cloud-submit: ${name} ${outcome}`,
    text: [
      "A job has ended whose submitter wanted this address told.",
      "",
      ...rows,
      ...commands,
      "",
    ].join("\n"),
  };
}

/** With nothing in it that ends a line or turns its direction. */
const printable = (text: string) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");

const plain = (text: string) => text.replace(/[^\x21-\x7e]/gu, "?");

const short = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most - 3)}...` : text;
