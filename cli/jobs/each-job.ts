import { inOrder } from "../../bucket/flow/in-order.ts";
import { CloudSubmitError, type ErrorCode } from "../../protocol/error.ts";
import type { Context } from "../context.ts";
import { awsError } from "../errors/aws-error.ts";
import { worstOf } from "../errors/exit-code.ts";
import { goesOn, reportError } from "../errors/report-error.ts";
import { LiveLine } from "../ui/live-line.ts";
import { wayOnLine } from "../ui/way-on.ts";

/** Jobs that are worked on at a time where each costs a few small requests. */
export const JOBS_AT_ONCE = 32;

/**
 * Does something with each of several jobs, side by side; what it prints comes in the order of the jobs. One that fails does
 * not keep the others back: it is told of in its place. A single job is worked on as it is.
 *
 * @param work gets a context of its own; returns the exit code of this job, if it is not 0
 * @returns the worst exit code
 * @throws of a single job, whatever ends it
 */
export async function eachJob(
  context: Context,
  prefixes: readonly string[],
  atOnce: number,
  work: (own: Context, prefix: string) => Promise<number | void>,
): Promise<number> {
  const [only] = prefixes;
  if (only !== undefined && prefixes.length === 1) return (await work(context, only)) ?? 0;
  const { say, json } = context;
  const codes: number[] = [];
  /** Of the first error after which the same may go on. */
  let failed: ErrorCode | undefined;
  const one = async (prefix: string) => {
    const { own, print } = later(context);
    try {
      codes.push((await work(own, prefix)) ?? 0);
    } catch (error) {
      const known = error instanceof CloudSubmitError ? error : awsError(error);
      if (goesOn(known)) failed ??= known.code;
      codes.push(reportError(known, say, { json, write: (line) => own.error(line) }));
    }
    return print;
  };
  await inOrder(prefixes, atOnce, one, (print) => print());
  const { wayOn } = context.interrupt;
  if (failed && wayOn && !json) context.error(wayOnLine(say, wayOn, failed));
  return worstOf(codes);
}

/** A context whose lines wait until they are printed, and that says nothing of how to go on. */
function later(context: Context): { own: Context; print: () => void } {
  const lines: (() => void)[] = [];
  const own: Context = {
    ...context,
    out: (line) => void lines.push(() => context.out(line)),
    err: (line) => void lines.push(() => context.err(line)),
    error: (line) => void lines.push(() => context.error(line)),
    live: new LiveLine({ write: () => undefined }, false),
    interrupt: { ...silent, signal: context.interrupt.signal },
  };
  return {
    own,
    print: () => {
      for (const line of lines) line();
    },
  };
}

const silent = { at: () => undefined, wayOn: undefined, tidyBy: () => undefined };
