import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { inOrder } from "../../../bucket/flow/in-order.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { formatTaskIds } from "../../../protocol/task-ids.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import { type AskYes, askYes } from "../../ui/ask-yes.ts";
import { printable } from "../../ui/printable.ts";
import type { JobFile } from "../job-file.ts";
import { JobFiles } from "../job-files.ts";
import { pendingCancels } from "../pending-cancels.ts";
import { pendingJobs } from "../pending-jobs.ts";
import { type SlurmContext, slurmContext } from "../slurm-context.ts";
import { slurmError } from "../slurm-error.ts";
import { slurmVersion } from "../slurm-version.ts";
import { needsFetcher, standingOf } from "../standing.ts";
import { latestJobs } from "../view/load-jobs.ts";
import { userExists } from "../view/name-exists.ts";
import { realSource } from "../view/real-source.ts";
import { type Asked, cancelOne, type Part } from "./cancel-one.ts";
import { isAnyLeft } from "./left-work.ts";
import { failureLine } from "./result-lines.ts";
import { type ScancelCall, scancelCall } from "./scancel-args.ts";
import {
  type CancelUser,
  cancelNote,
  missingOf,
  type Target,
  targetsOf,
  usersOf,
  without,
} from "./scancel-targets.ts";
import { startFetcher } from "./start.ts";

/** Jobs that are asked for at a time. */
const AT_ONCE = 32;

const USAGE =
  "Usage: scancel [-A account] [--batch] [--full] [--interactive] [-n job_name] [-p partition] [-Q] [-q qos] [-s signal] [-t PENDING | RUNNING | SUSPENDED] [--usage] [-u user_name] [--me] [-V] [-v] [job_id[_array_id]]";

/** Slurm's words. Source: src/common/slurm_errno.c. */
const WORDS: Readonly<Record<Exclude<Asked, "asked">, string>> = {
  unknown: "Invalid job id specified",
  ended: "Job/step already completing or completed",
  busy: "Job is pending on another request; try again",
};

/** `scancel`. @returns the exit code */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const call = scancelCall(argv, env);
  const print = (text: string) => void process.stdout.write(`${text}\n`);
  if (call.asks === "version") return print(await slurmVersion(env, packageJson.version)), 0;
  if (call.asks) return print(USAGE), 0;
  const slurm = await slurmContext(env);
  const code = await scancel(slurm, call, {
    tell: (line) => void process.stderr.write(`${printable(line)}\n`),
    ask: askYes(slurm.context.say, process),
    user: { name: userName(), uid: process.getuid?.() ?? 0 },
    userExists,
    latest: () =>
      latestJobs({
        source: realSource(slurm),
        now: () => bucketNow(slurm.context),
        ownNow: slurm.context.now,
      }),
  });
  const files = await new JobFiles(slurm.folders.jobs).listNewest();
  if (files.some(needsFetcher) || (await isAnyLeft(slurm.folders))) await startFetcher(slurm);
  return code;
}

/** Ports of scancel. */
interface ScancelPorts {
  /** Writes a line to stderr. */
  tell: (line: string) => void;
  /** undefined: nobody can be asked. */
  ask: AskYes | undefined;
  user: CancelUser;
  /** Whether this machine knows a user, by name or number. */
  userExists: (name: string) => Promise<boolean>;
  /** All jobs with the last word about each. */
  latest: () => Promise<readonly JobFile[]>;
}

/**
 * Asks for each of the chosen jobs, side by side. From the first request on they are all cancelled, also when this process
 * is ended.
 *
 * @returns the exit code: 1 when one of them could not be asked for
 */
export async function scancel(
  { context, folders }: Pick<SlurmContext, "context" | "folders">,
  call: ScancelCall,
  { tell, ask, user, userExists: exists, latest }: ScancelPorts,
): Promise<number> {
  if (call.isInteractive && !ask)
    throw slurmError("scancel", "--interactive needs a terminal to ask on: leave it out");
  const { account, partition, qos, state } = call.filters;
  // A job that began since it was seen last is no longer among those that wait.
  const isByStanding = [account, partition, qos, state].some((wanted) => wanted !== undefined);
  const known = await (isByStanding ? latest() : new JobFiles(folders.jobs).listNewest());
  // Slurm may have these already, and nobody knows their ids; they are named by their prefixes.
  const pending = pendingCancels(folders.root);
  const begun = call.jobs.length === 0 ? await pendingJobs(folders.root).list() : [];
  const unnamed: JobFile[] = begun.map((job) => ({ ...job, id: job.prefix }));
  const files = [...known, ...unnamed];
  const wanted = call.isMe ? undefined : call.filters.user;
  const isKnown = (name: string) => files.some((file) => usersOf(file, user).includes(name));
  if (wanted !== undefined && !isKnown(wanted) && !(await exists(wanted)))
    throw slurmError("scancel", `Invalid user name: ${wanted}`);
  const targets: Target[] = [];
  for (const target of targetsOf(call, files, user)) {
    const { file, id, tasks } = target;
    if (call.isInteractive && file && ask && !(await ask(question(file, id, tasks)))) continue;
    targets.push(target);
  }
  const { signal, reach, isQuiet, isVerbose } = call;
  let code = 0;
  const one = async ({ file, id, tasks }: Target): Promise<string[]> => {
    const name = named(id, tasks);
    const begun =
      signal === undefined ? `Terminating job ${name}` : `Signal ${signal} to job ${name}`;
    const lines = isVerbose ? [`scancel: ${begun}`] : [];
    const failed = (which: string, why: string) =>
      `scancel: error: Kill job error on job id ${which}: ${why}`;
    const missing = file ? missingOf(file, tasks) : [];
    if (missing.length > 0) {
      code = 1;
      if (!isQuiet) lines.push(...missing.map((task) => failed(`${id}_${task}`, WORDS.unknown)));
    }
    const left = tasks && without(tasks, missing);
    if (left?.size === 0) return lines;
    const fail = (why: string) => [...lines, failed(named(id, left), why)];
    try {
      const asked = file ? await askFor(file, { tasks: left, signal, reach }) : "unknown";
      if (asked === "asked") return lines;
      // Its sbatch was ended before it had asked for a run.
      if (asked === "unknown" && file && unnamed.includes(file)) return lines;
      // As scancel does: a job that is over is what was wanted.
      if (asked === "ended" && signal === undefined) return isVerbose ? fail(WORDS.ended) : lines;
      code = 1;
      return isQuiet ? lines : fail(WORDS[asked]);
    } catch (error) {
      code = 1;
      return fail(failureLine(context.say, error));
    }
  };
  const askFor = async (file: JobFile, part: Part): Promise<Asked> => {
    if (standingOf(file).kind !== "cloud") return "ended";
    const isWhole = part.tasks === undefined && part.signal === undefined;
    return cancelOne(context, file, isWhole ? undefined : part);
  };
  const noted = signal === undefined ? targets.flatMap(cancelNote) : [];
  const submission = randomUUID();
  const submittedAt = context.now().toISOString();
  // It asks for all the same, where nothing can be noted.
  if (noted.length > 0)
    await pending.write({ submission, submittedAt, jobs: noted }).catch(() => undefined);
  await inOrder(targets, AT_ONCE, one, (lines) => lines.forEach(tell));
  if (noted.length > 0) await pending.remove({ submission }).catch(() => undefined);
  return code;
}

function question({ asked, last }: JobFile, id: string, tasks: Set<number> | undefined): string {
  const name = last?.name ?? asked.name;
  const partition = last?.partition ?? asked.partition ?? "";
  return `Cancel job_id=${named(id, tasks)} name=${name} partition=${partition}?`;
}

/** A job, or tasks of one, as Slurm writes them. */
function named(id: string, tasks: Set<number> | undefined): string {
  if (!tasks) return id;
  const list = formatTaskIds(tasks);
  return /^\d+$/.test(list) ? `${id}_${list}` : `${id}_[${list}]`;
}

/** Containers run under numbers that have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "");
  }
}
