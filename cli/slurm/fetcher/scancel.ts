import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { inOrder } from "../../../bucket/flow/in-order.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { formatTaskIds, parseTaskIds } from "../../../protocol/task-ids.ts";
import { type AskYes, askYes } from "../../ui/ask-yes.ts";
import { printable } from "../../ui/printable.ts";
import type { JobFile } from "../job-file.ts";
import { JobFiles } from "../job-files.ts";
import { type PendingCancel, pendingCancels } from "../pending-cancels.ts";
import { type SlurmContext, slurmContext } from "../slurm-context.ts";
import { slurmError } from "../slurm-error.ts";
import { slurmVersion } from "../slurm-version.ts";
import { needsFetcher, standingOf } from "../standing.ts";
import { userExists } from "../view/name-exists.ts";
import type { ViewUser } from "../view/view-world.ts";
import { type Asked, cancelOne, type Part } from "./cancel-one.ts";
import { isAnyLeft } from "./left-work.ts";
import { failureLine } from "./result-lines.ts";
import { type ScancelCall, scancelCall } from "./scancel-args.ts";
import { startFetcher } from "./start.ts";

/** Jobs that are asked for at a time. */
const AT_ONCE = 32;

/** Tasks of an array that are looked at. */
const TASKS_MAX = 100_000;

const USAGE =
  "Usage: scancel [-A account] [--batch] [--full] [--interactive] [-n job_name] [-p partition] [-Q] [-q qos] [-s signal] [-t PENDING | RUNNING | SUSPENDED] [--usage] [-u user_name] [--me] [-V] [-v] [job_id[_array_id]]";

/** Slurm's words. Source: src/common/slurm_errno.c. */
const WORDS: Readonly<Record<Exclude<Asked, "asked">, string>> = {
  unknown: "Invalid job id specified",
  ended: "Job/step already completing or completed",
  busy: "Job is pending on another request; try again",
};

/** A job, or tasks of one, that is to be cancelled or signalled. */
interface Target {
  id: string;
  /** undefined: nobody has sent such a job from here. */
  file: JobFile | undefined;
  tasks: Set<number> | undefined;
}

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
  user: Pick<ViewUser, "name" | "uid">;
  /** Whether this machine knows a user, by name or number. */
  userExists: (name: string) => Promise<boolean>;
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
  { tell, ask, user, userExists: exists }: ScancelPorts,
): Promise<number> {
  if (call.isInteractive && !ask)
    throw slurmError("scancel", "--interactive needs a terminal to ask on: leave it out");
  const files = await new JobFiles(folders.jobs).listNewest();
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
  const pending = pendingCancels(folders.root);
  const submission = randomUUID();
  const submittedAt = context.now().toISOString();
  // It asks for all the same, where nothing can be noted.
  if (noted.length > 0)
    await pending.write({ submission, submittedAt, jobs: noted }).catch(() => undefined);
  await inOrder(targets, AT_ONCE, one, (lines) => lines.forEach(tell));
  if (noted.length > 0) await pending.remove({ submission }).catch(() => undefined);
  return code;
}

/** The jobs that the call names or chooses; tasks of one array in one. */
function targetsOf(
  call: ScancelCall,
  files: readonly JobFile[],
  user: ScancelPorts["user"],
): Target[] {
  const byId = new Map(files.map((file) => [file.id, file]));
  const isFiltered = call.isMe || Object.keys(call.filters).length > 0;
  const targets = new Map<string, Target>();
  for (const { id, tasks } of call.jobs) {
    const before = targets.get(id);
    const isWhole = !tasks || (before && !before.tasks);
    const all = isWhole ? undefined : new Set([...(before?.tasks ?? []), ...tasks]);
    targets.set(id, { id, file: byId.get(id), tasks: all });
  }
  if (call.jobs.length === 0)
    for (const file of files)
      if (standingOf(file).kind === "cloud")
        targets.set(file.id, { id: file.id, file, tasks: undefined });
  const found = [...targets.values()];
  return isFiltered ? found.flatMap((target) => chosen(target, call, user)) : found;
}

/** For the fetcher to ask for, should this call be ended before it has; nothing of what is over, or unknown. */
function cancelNote({ file, tasks }: Target): PendingCancel["jobs"] {
  if (!file || standingOf(file).kind !== "cloud") return [];
  const { prefix, submission } = file;
  const left = tasks && without(tasks, missingOf(file, tasks));
  if (left?.size === 0) return [];
  return [{ prefix, submission, ...(left && { tasks: [...left] }) }];
}

/** Of tasks that were named, those that the job does not have. */
function missingOf({ asked, last }: JobFile, tasks: Set<number> | undefined): number[] {
  if (!tasks) return [];
  const told = last?.tasks?.map(({ ids }) => ids).join(",");
  const list = told || asked.array;
  const ids = list === undefined ? new Set<number>() : parseTaskIds(list, TASKS_MAX);
  // Of a list that cannot be read, Slurm knows.
  return ids ? [...tasks].filter((task) => !ids.has(task)) : [];
}

function without(tasks: ReadonlySet<number>, others: readonly number[]): Set<number> {
  const left = new Set(tasks);
  for (const task of others) left.delete(task);
  return left;
}

/** Names and number of the user that a job is of: here, and on the cluster. */
function usersOf({ asked, last }: JobFile, { name, uid }: ScancelPorts["user"]): string[] {
  return [asked.user, name, String(uid), ...(last?.user === undefined ? [] : [last.user])];
}

/** The part of a job that the filters choose. Of a job that nobody has sent, nothing is known that could be chosen by. */
function chosen(
  target: Target,
  { filters, isMe }: ScancelCall,
  user: ScancelPorts["user"],
): Target[] {
  const { file } = target;
  if (!file) return [target];
  const { last, asked } = file;
  const { account, name, partition, qos, state } = filters;
  const isOf = (wanted: string | undefined, ...has: (string | undefined)[]) =>
    wanted === undefined || has.includes(wanted);
  const isUsers = isMe || isOf(filters.user, ...usersOf(file, user));
  const fits =
    isUsers &&
    isOf(account?.toLowerCase(), last?.account) &&
    isOf(name, last?.name ?? asked.name) &&
    isOf(partition, last?.partition ?? asked.partition) &&
    isOf(qos?.toLowerCase(), last?.qos);
  if (!fits) return [];
  if (state === undefined) return [target];
  if (!last?.tasks) return (last?.state ?? "PENDING") === state ? [target] : [];
  const ids = last.tasks
    .filter((part) => part.state === state)
    .flatMap((part) => [...(parseTaskIds(part.ids, TASKS_MAX) ?? [])])
    .filter((id) => target.tasks?.has(id) ?? true);
  return ids.length > 0 ? [{ ...target, tasks: new Set(ids) }] : [];
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
