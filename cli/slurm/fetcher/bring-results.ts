import { join } from "node:path";
import { lstatOf } from "../../../bucket/disk/files.ts";
import { readStatus } from "../../../bucket/job-objects/status.ts";
import type { Machine } from "../../../bucket/machine.ts";
import type { Origin } from "../../../protocol/manifest.ts";
import { PROTOCOL_FILES } from "../../../protocol/objects.ts";
import type { JobRecord } from "../../../protocol/record.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import { markOf } from "../../../transfer/comparing/local-copies.ts";
import { downloadFolder } from "../../../transfer/download.ts";
import { passedOver } from "../../../transfer/passed-over.ts";
import { TransferSummary } from "../../../transfer/summary.ts";
import type { Context } from "../../context.ts";
import { CommandError } from "../../errors/command-error.ts";
import { type Selection, selectionOf } from "../../jobs/fetch-selection.ts";
import { readJob } from "../../jobs/read-job.ts";
import type { JobFile } from "../job-file.ts";
import type { Claims } from "./claims.ts";
import type { FolderCopies } from "./folder-copies.ts";

/** Folders in a job's folder that stand for folders elsewhere. */
const ORIGINS_FOLDER = ".cloud-origins/";

/** So long another job of the same file is waited for between two looks, milliseconds. */
const CLAIM_MS = 100;

/** Ports of what brings results. */
export interface Bringing {
  context: Pick<Context, "store" | "now" | "sleep" | "hashCache">;
  machine: Machine;
  copies: FolderCopies;
  claims: Claims;
  /** Told of each file that came: its absolute path and its mark. */
  onBrought: (absolute: string, mark: string) => void;
}

/** Things that all parts have in common. */
interface Bringable {
  selection: Selection;
  /** When the job ended, milliseconds since 1970. */
  ended: number;
  all: TransferSummary;
  /** Paths of what it printed, in the job's folder. */
  output: ReadonlySet<string>;
}

/** A folder here and the part of the job's folder that it gets. */
interface Part extends Origin {
  wants(path: string): boolean;
}

/**
 * Brings the results of a job that has ended into the folders that it was sent from: what it made or changed, and nothing
 * else. A file that the user has changed since is kept, and the job's put beside it.
 *
 * @returns what was left out or put beside; nothing for a job that never ran
 * @throws CloudSubmitError `no-such-job` when the bucket has another run under its prefix, or none; `active-job` when it has not
 * ended; what S3 refuses
 */
export async function bringResults(ports: Bringing, file: JobFile): Promise<TransferSummary> {
  const { store } = ports.context;
  const { prefix, submission } = file;
  const job = await readJob(store, prefix);
  const all = new TransferSummary();
  if (job.record?.submission !== submission) {
    // One that was refused before the agent wrote a record has no results.
    if (!job.record && job.status.submission === submission) return all;
    throw new CommandError("no-such-job", (say) => say("results.otherRun", { prefix }));
  }
  const { state } = job.status;
  if (state === undefined || !FINAL_STATES.has(state))
    throw new CommandError("active-job", (say) => say("results.notFinal", { prefix }));
  if (!job.record.slurm) return all;
  const selection = await selectionOf(store, prefix, job, { resultsOnly: true });
  const output = outputOf(job.record);
  const ended = Date.parse(job.record.slurm.endedAt ?? job.record.times.final ?? file.submittedAt);
  try {
    for (const part of partsOf(file, output))
      await bringPart(ports, file, part, { selection, ended, all, output });
  } finally {
    ports.claims.done(submission);
  }
  return all;
}

/** Files of what the job printed: tools take results for the sign that it is there. */
function outputOf({ output = [] }: JobRecord): ReadonlySet<string> {
  return new Set(output.flatMap(({ stdout, stderr }) => [stdout, ...(stderr ? [stderr] : [])]));
}

/** Each place once: a folder may be there by two paths. Those with what the job printed come first. */
function partsOf({ origins }: JobFile, output: ReadonlySet<string>): Part[] {
  const byPlace = new Map<string, Origin>();
  for (const origin of origins) if (!byPlace.has(origin.at)) byPlace.set(origin.at, origin);
  const others = [...byPlace.keys()].filter((at) => at !== "").map((at) => `${at}/`);
  const hasOutput = ({ at }: Origin) =>
    at !== "" && [...output].some((path) => path.startsWith(`${at}/`));
  const inOrder = [...byPlace.values()].toSorted(
    (a, b) => Number(hasOutput(b)) - Number(hasOutput(a)),
  );
  return inOrder.map((origin) => ({
    ...origin,
    wants:
      origin.at === ""
        ? (path) =>
            !PROTOCOL_FILES.has(path) &&
            !path.startsWith(ORIGINS_FOLDER) &&
            !others.some((at) => path.startsWith(at))
        : () => true,
  }));
}

async function bringPart(
  ports: Bringing,
  { prefix, submission }: JobFile,
  part: Part,
  { selection, ended, all, output }: Bringable,
): Promise<void> {
  const { context, machine, claims } = ports;
  const { at, path: root } = part;
  const copies = await ports.copies.of(root);
  const place = (path: string) => (at === "" ? path : `${at}/${path}`);
  const passing = passedOver(() => readStatus(context.store, prefix));
  /** Files of which another job's result comes just now. */
  let later: Set<string> | undefined;
  do {
    const only: ReadonlySet<string> | undefined = later;
    const next = new Set<string>();
    if (only) await context.sleep(CLAIM_MS);
    const came: string[] = [];
    const summary = await downloadFolder(
      context.store,
      at === "" ? prefix : `${prefix}/${at}`,
      root,
      {
        wanted: (path, entry) => {
          if (only && !only.has(path)) return false;
          if (!part.wants(path) || !selection.wants(place(path), entry)) return false;
          const may = claims.ask(join(root, path), submission, ended);
          if (may === "later") next.add(path);
          return may === "yes";
        },
        outsideLinks: "follow",
        first: (path) => output.has(place(path)),
        keep: { copies },
        passedOver: passing,
        hashCache: context.hashCache,
        machine,
        onFile: (path) => void came.push(path),
      },
    ).finally(() => ports.copies.save(copies));
    for (const path of came) await tellBrought(ports, join(root, path));
    add(all, part, summary);
    later = next;
  } while (later.size > 0);
}

async function tellBrought({ machine, onBrought }: Bringing, absolute: string): Promise<void> {
  try {
    const stats = await lstatOf(machine.disk, absolute);
    if (stats) onBrought(absolute, `${stats.isSymbolicLink() ? "link" : "file"}:${markOf(stats)}`);
  } catch {
    // The user has removed it already.
  }
}

/** Adds what one part tells of, by paths here. */
function add(to: TransferSummary, { path: root }: Part, from: TransferSummary): void {
  to.files += from.files;
  to.bytes += from.bytes;
  to.unchanged += from.unchanged;
  to.skippedCount += from.skippedCount;
  to.skipped.push(...from.skipped.map((left) => ({ ...left, path: join(root, left.path) })));
  for (const { path, at } of from.beside) to.putBeside(join(root, path), join(root, at));
}
