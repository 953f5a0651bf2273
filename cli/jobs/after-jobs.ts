import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import {
  AFTER_MAX,
  AFTER_METADATA_MAX_BYTES,
  CONDITIONS,
  type Dependency,
  dependenciesOf,
  formatAfter,
} from "../../protocol/after.ts";
import {
  CANCELS_METADATA,
  givenSubmission,
  SUBMISSION_PATTERN,
} from "../../protocol/submission.ts";
import { CommandError } from "../errors/command-error.ts";
import { checkPrefix } from "./check-prefix.ts";
import { jobStatus } from "./job-status.ts";

/** Status objects read at a time. */
const AT_ONCE = 8;

/**
 * The metadata of the status object for the jobs that a new one begins after, each with its present submission: one
 * request for each.
 *
 * @param prefix of the new job
 * @param after what was given for --after
 * @param used bytes that options for sbatch take of the same metadata
 * @returns undefined: there are none
 * @throws CloudSubmitError `usage`, `bad-prefix`, or `no-such-job` for one that is not in the bucket
 */
export async function afterMetadata(
  store: ObjectStore,
  prefix: string,
  after: readonly string[],
  used: number,
): Promise<string | undefined> {
  const texts = [...new Set(after.flatMap((text) => text.split(",")))];
  const wanted = texts.map(dependencyOf);
  const count = wanted.length;
  if (count > AFTER_MAX)
    throw new CommandError("usage", (say) => say("problem.afterMany", { count, max: AFTER_MAX }));
  const itself = wanted.find((one) => one.prefix === prefix);
  if (itself)
    throw new CommandError("usage", (say) => say("problem.afterItself", { job: itself.prefix }));
  const never = wanted.find(
    ({ prefix: job, condition }) =>
      condition === "failed" &&
      wanted.some((other) => other.prefix === job && other.condition === "ok"),
  );
  if (never)
    throw new CommandError("usage", (say) => say("problem.afterNever", { job: never.prefix }));
  const named = await mapBounded(wanted, AT_ONCE, async (one) => {
    const status = await jobStatus(store, one.prefix);
    if (waitsFor(status, prefix))
      throw new CommandError("usage", (say) =>
        say("problem.afterCircle", { job: one.prefix, prefix }),
      );
    const submission = runOf(status);
    return { ...one, ...(submission !== undefined && { submission }) };
  });
  const text = formatAfter(named);
  const bytes = used + (text?.length ?? 0);
  if (text !== undefined && bytes > AFTER_METADATA_MAX_BYTES)
    throw new CommandError("usage", (say) =>
      say("problem.afterLong", { bytes, max: AFTER_METADATA_MAX_BYTES }),
    );
  return text;
}

/** A job as it is given on the command line. */
function dependencyOf(text: string): Dependency {
  const [prefix = "", how = "ok", ...more] = text.split(":");
  const condition = CONDITIONS.find((one) => one === how);
  // A URL has a colon, too: then it is told which name is meant.
  if (prefix === "" || condition === undefined || more.length > 0) {
    if (text.includes("/")) checkPrefix(text);
    throw new CommandError("usage", (say) =>
      say("problem.after", { text: JSON.stringify(text.slice(0, 80)) }),
    );
  }
  checkPrefix(prefix);
  return { prefix, condition };
}

/** Whether a job has not begun, and is to begin after this one. */
function waitsFor({ state, metadata }: StatusObject, prefix: string): boolean {
  return state === "FILE_UPLOAD" && dependenciesOf(metadata).some((one) => one.prefix === prefix);
}

/** The submission that a state is about; undefined: it does not say, and the agent knows. */
function runOf({ state, submission, metadata }: StatusObject): string | undefined {
  if (state === "FILE_UPLOAD") return submission;
  const named = givenSubmission(metadata) ?? metadata[CANCELS_METADATA];
  return named !== undefined && SUBMISSION_PATTERN.test(named) ? named : undefined;
}
