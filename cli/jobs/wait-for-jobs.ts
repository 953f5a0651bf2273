import { CloudSubmitError } from "../../protocol/error.ts";
import type { JobRecord } from "../../protocol/record.ts";
import type { Context } from "../context.ts";
import { awsError } from "../errors/aws-error.ts";
import { waitsForWords } from "../output/waits-for.ts";
import { formatDuration } from "../ui/duration.ts";
import { askedLine } from "./ask-again.ts";
import { type Look, waitForEnd } from "./wait-for-end.ts";

/** How the waiting for one job ended. */
export type Ended =
  | { prefix: string; record: JobRecord; error?: undefined }
  | { prefix: string; error: CloudSubmitError; record?: undefined };

export interface WaitForJobsOptions {
  /** The first end is enough. */
  any: boolean;
  timeoutMs: number | undefined;
  /** Id of the submission that is meant, when there is one job. */
  submission?: string | undefined;
  onEnd: (ended: Ended) => void;
}

/**
 * Waits for all of several jobs, or for the first of them, and shows where they are: each change of state as
 * a line, and on a terminal the one line that follows Slurm and the clock.
 */
export async function waitForJobs(
  context: Context,
  prefixes: readonly string[],
  options: WaitForJobsOptions,
): Promise<Ended[]> {
  const { store, live, say, outage, patience } = context;
  const began = context.now().getTime();
  const enough = new AbortController();
  const ended: Ended[] = [];
  const looks = new Map<string, Look>();
  const one = prefixes.length === 1;
  const draw = () => {
    const elapsed = formatDuration(context.now().getTime() - began);
    const [look] = looks.values();
    const where =
      one && look
        ? describeLook(context, look)
        : say("wait.some", { ended: ended.length, total: prefixes.length });
    live.show([where, elapsed, outage.words].filter(Boolean).join("  "));
  };
  const end = (result: Ended) => {
    looks.delete(result.prefix);
    ended.push(result);
    options.onEnd(result);
    if (options.any && result.record) enough.abort();
  };
  const stopClock = live.enabled ? every(1000, draw) : () => undefined;
  try {
    await Promise.all(
      prefixes.map(async (prefix) => {
        try {
          const record = await waitForEnd(store, prefix, {
            submission: options.submission,
            timeoutMs: options.timeoutMs,
            signal: enough.signal,
            patience,
            now: () => context.now().getTime(),
            sleep: context.sleep,
            onAsked: (asked) => context.err(askedLine(say, asked)),
            onWaitsFor: (waitsFor) => {
              const jobs = waitsForWords(waitsFor);
              context.err(timedLine(context, prefix, say("wait.waitsFor", { jobs }), one));
            },
            onState: (state) => {
              context.err(timedLine(context, prefix, state, one));
              context.report?.({ progress: "job", prefix, state });
            },
            onLook: live.enabled
              ? (look) => {
                  looks.set(prefix, look);
                  draw();
                }
              : undefined,
          });
          end({ prefix, record });
        } catch (error) {
          if (enough.signal.aborted) return;
          end({ prefix, error: error instanceof CloudSubmitError ? error : awsError(error) });
        }
      }),
    );
  } finally {
    stopClock();
    live.clear();
  }
  return ended;
}

/** The line for something that is seen of a job now. */
function timedLine(context: Context, prefix: string, words: string, one: boolean): string {
  const time = context.now().toISOString().slice(11, 19);
  return one ? `${time} ${words}` : `${time} ${prefix} ${words}`;
}

/** State, Slurm's id, state and reason of a job that has not ended. */
function describeLook({ say }: Context, { state, slurm, waitsFor }: Look): string {
  const parts: string[] = [state ?? say("status.unknown")];
  if (waitsFor) parts.push(say("wait.waitsFor", { jobs: waitsForWords(waitsFor) }));
  if (slurm && state === "JOB_SUBMIT") {
    parts.push(say("job.slurm", { id: slurm.jobId }));
    if (slurm.state) parts.push(slurm.state);
    if (slurm.reason) parts.push(`(${slurm.reason})`);
  }
  return parts.join(" ");
}

function every(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms);
  timer.unref();
  return () => clearInterval(timer);
}
