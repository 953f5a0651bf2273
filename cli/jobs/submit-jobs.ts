import { CloudSubmitError, type ErrorCode } from "../../protocol/error.ts";
import type { FileReason } from "../../protocol/record.ts";
import { SentObjects } from "../../transfer/comparing/sent-objects.ts";
import type { Context } from "../context.ts";
import { awsError } from "../errors/aws-error.ts";
import { CommandError, wordsOf } from "../errors/command-error.ts";
import { EXIT, exitCodeOfError, exitCodeOfSome } from "../errors/exit-code.ts";
import { goesOn } from "../errors/report-error.ts";
import type { Say } from "../messages/say.ts";
import { commandLine } from "../output/command-line.ts";
import type { Interrupt } from "../ui/interrupt.ts";
import { wayOnLine } from "../ui/way-on.ts";
import { submitVerb } from "../verbs/submit/description.ts";
import { type SubmitOptions, type Submitted, submitJob } from "./submit-job.ts";
import { waitOn } from "./wait-on.ts";

/** One of several that was not submitted. */
interface NotSubmitted {
  path: string;
  exitCode: number;
  error: { code: ErrorCode; message: string; skipped?: readonly FileReason[] | undefined };
  /** The command that goes on with it. */
  resume?: string | undefined;
}

/** The end of one. */
export type Told = (Submitted & { path: string }) | NotSubmitted;

/**
 * Submits folders or scripts one after the other, so that what one has sent the next need not send. One that fails does not
 * keep the others back: it is told of as an error. One that is given twice is two jobs.
 *
 * @returns the exit code: the worst of all, see exitCodeOfSome
 * @throws CloudSubmitError `usage` when one prefix is to name several; of a single one whatever ends it
 */
export async function submitJobs(
  context: Context,
  paths: readonly string[],
  options: SubmitOptions,
  onEnd: (told: Told) => void,
): Promise<number> {
  const { given, bucket, interrupt, sentStates } = context;
  const sent = await SentObjects.open(sentStates, bucket, () => context.now().getTime());
  const caller = { verb: submitVerb, flags: options, sent, oneOfSeveral: paths.length > 1 };
  const [only] = paths;
  if (paths.length === 1 && only !== undefined) {
    onEnd({ path: only, ...(await submitJob(context, only, options, caller)) });
    return EXIT.ok;
  }
  if (options.prefix !== undefined)
    throw new CommandError("usage", (say) => say("problem.prefixOfOne"));
  const prefixes: string[] = [];
  const exitCodes: number[] = [];
  const among: Among = (say, rest) =>
    say("interrupt.among", { submitted: prefixes.length, total: paths.length, rest });
  const from = (index: number) => {
    const args = { path: paths.slice(index), sbatchOptions: options.sbatchOptions };
    return commandLine(given, submitVerb, args, options);
  };
  for (const [index, path] of paths.entries()) {
    const andRest = index + 1 < paths.length ? from(index + 1) : undefined;
    const alone = { ...context, interrupt: goingOnWith(interrupt, andRest, among) };
    // Until it has begun: the one before it needs nothing any more.
    if (index > 0)
      interrupt.at({
        command: from(index),
        line: (say, command) => among(say, say("interrupt.fetchAgain", { command })),
      });
    try {
      const submitted = await submitJob(alone, path, options, caller);
      prefixes.push(submitted.prefix);
      onEnd({ path, ...submitted });
    } catch (error) {
      const failed = failureOf(path, error, alone.interrupt);
      exitCodes.push(failed.exitCode);
      if (!context.json) tell(context, path, error, alone.interrupt);
      onEnd(failed);
    }
  }
  interrupt.at(prefixes.length > 0 ? waitOn(given, prefixes) : undefined);
  return exitCodeOfSome(exitCodes, prefixes.length > 0);
}

/** A line that says how many of them were submitted so far, and then something. */
type Among = (say: Say, rest: string) => string;

/** The command to go on with for one of several; an interruption tells of the rest, too. */
function goingOnWith(interrupt: Interrupt, rest: string | undefined, among: Among): Interrupt {
  let own: Interrupt["wayOn"];
  return {
    at: (wayOn) => {
      own = wayOn;
      const command = [wayOn?.command, rest].filter((one) => one !== undefined).join("; ");
      interrupt.at(wayOn && { command, line: (say, then) => among(say, wayOn.line(say, then)) });
    },
    get wayOn() {
      return own;
    },
    tidyBy: (task) => interrupt.tidyBy(task),
    signal: interrupt.signal,
  };
}

function failureOf(path: string, thrown: unknown, { wayOn }: Interrupt): NotSubmitted {
  const error = thrown instanceof CloudSubmitError ? thrown : awsError(thrown);
  const { code, message } = error;
  const skipped = error instanceof CommandError ? error.skipped : undefined;
  return {
    path,
    exitCode: exitCodeOfError(code),
    error: { code, message, ...(skipped && { skipped }) },
    ...(goesOn(error) && wayOn && { resume: wayOn.command }),
  };
}

function tell(context: Context, path: string, thrown: unknown, { wayOn }: Interrupt): void {
  const { say } = context;
  const error = thrown instanceof CloudSubmitError ? thrown : awsError(thrown);
  const words = wordsOf(say, error);
  // In some languages the meaning of the error's code comes first.
  const details = error instanceof CommandError ? error.words(say) : error.message;
  const isNamed = details.startsWith(`${path}:`);
  context.error(`cloud-submit: ${isNamed ? words : `${path}: ${words}`}`);
  if (wayOn && goesOn(error)) context.error(wayOnLine(say, wayOn, error.code));
}
