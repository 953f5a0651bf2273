import { mkdtemp, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { statOf } from "../../bucket/disk/files.ts";
import { type DiskTraits, probeDisk } from "../../bucket/disk-traits.ts";
import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import { FileError } from "../../protocol/file-error.ts";
import type { Inputs } from "../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE, PROTOCOL_FILES, SCRIPT_FILE } from "../../protocol/objects.ts";
import type { FileReason } from "../../protocol/record.ts";
import { downloadFolder } from "../../transfer/download.ts";
import type { TransferSummary } from "../../transfer/summary.ts";
import { isDiskFull } from "../cache/object-cache.ts";
import { makeWorkFolder, noteManifest, removeWorkFolder, workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { checkedRules, stagedResultRules } from "./chosen-results.ts";
import { withObjectRefusals } from "./object-refusals.ts";
import { withOtherResults } from "./other-results.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";
import { stagedRules } from "./result-rules.ts";

/**
 * accepted → staged: brings this prefix, and nothing else, to the cluster; of a submission with a manifest, exactly the
 * objects that it names, or none.
 */
export function stageIn(): Step {
  /** All work folders are on one disk, which is probed once. */
  let traits: Promise<DiskTraits> | undefined;
  const traitsOf = (workRoot: string) => {
    traits ??= probeIn(workRoot).catch((error: unknown) => {
      traits = undefined;
      throw error;
    });
    return traits;
  };
  const decided = new WeakMap<JobEntry, Inputs>();
  return async (entry, ports) => {
    const result = await stage(entry, ports, { traitsOf, decided });
    decided.delete(entry);
    return result;
  };
}

/** Things that tries of a step have in common. */
interface Common {
  traitsOf: (workRoot: string) => Promise<DiskTraits>;
  /** The inputs of those submissions that take results of others. */
  decided: WeakMap<JobEntry, Inputs>;
}

/** Probes the disk of a folder. */
async function probeIn(folder: string): Promise<DiskTraits> {
  // No job's folder has such a name.
  const probe = await mkdtemp(join(folder, ".probe-"));
  try {
    return await probeDisk(probe);
  } finally {
    await rmdir(probe);
  }
}

async function stage(
  entry: JobEntry,
  ports: StepPorts,
  { traitsOf, decided }: Common,
): Promise<StepResult> {
  const { prefix, manifest } = entry;
  const goOn = () => {
    if (entry.cancelRequested)
      throw new CloudSubmitError("cancelled", "cancelled before it was staged");
  };
  goOn();
  const folder = workFolder(ports, entry);
  // The agent has read the status object when it took the request.
  const store = withObjectRefusals(ports.store, () => readStatus(ports.store, prefix));
  const isScript = async () =>
    (await statOf(ports.machine.disk, join(folder.path, SCRIPT_FILE))).isFile();
  try {
    const sent = manifest && (await readInputManifest(ports.store, prefix, manifest));
    let inputs = decided.get(entry) ?? sent?.inputs;
    if (sent?.from && !decided.has(entry)) {
      // An agent before this one may have taken other results.
      await removeWorkFolder(folder);
      inputs = await withOtherResults({ store, goOn }, sent.inputs, sent.from);
      decided.set(entry, inputs);
    }
    const results = checkedRules(sent?.results, keyOf(prefix, MANIFEST_FILE));
    await makeWorkFolder(folder, ports.machine.disk);
    const summary = await downloadFolder(store, prefix, folder.path, {
      exactly: inputs,
      local: ports.local,
      wanted: (path) => {
        goOn();
        return !PROTOCOL_FILES.has(path);
      },
      // A large file may take hours.
      onBytes: goOn,
      machine: ports.machine,
      alone: await traitsOf(ports.workRoot),
    });
    if (inputs && summary.skippedCount > 0) {
      await removeWorkFolder(folder);
      return notWhole(summary, inputs);
    }
    if (!(await isScript().catch(() => false)))
      throw new CloudSubmitError(
        "no-script",
        `there is no ${keyOf(prefix, SCRIPT_FILE)}: upload the job script, then write FILE_UPLOAD again`,
      );
    const staged = await noteManifest(folder, ports.machine);
    return {
      phase: "staged",
      staged,
      ignore: await stagedRules(folder.path),
      ...(sent?.readKey !== undefined && { readKey: sent.readKey }),
      // A manifest tells all that its submitter wants.
      results: sent ? results : await stagedResultRules(folder.path, prefix),
      stageIn: summary.verdict(),
      times: { ...entry.times, staged: ports.now().toISOString() },
    };
  } catch (error) {
    // Room that copies of objects have taken is none that a job should miss.
    if (isDiskFull(error) && (await ports.makeRoom?.())) throw error;
    const why = finalWord(error, ports.workRoot);
    if (why === undefined) throw error;
    await removeWorkFolder(folder);
    throw new CloudSubmitError("stage-in-failed", why, { cause: error });
  }
}

/** A job runs on all that its submitter sent, or not at all: the record's stageIn names what is missing. */
function notWhole(summary: TransferSummary, inputs: Inputs): StepResult {
  const { skipped, skippedCount, changed } = summary;
  const isElsewhere = skipped.some(({ path }) => inputs.get(path)?.source);
  const first = skipped.slice(0, 3);
  const more = skippedCount > first.length ? ` and ${skippedCount - first.length} more` : "";
  const list = (named: (one: FileReason) => string) => first.map(named).join(", ") + more;
  const quoted = ({ path }: FileReason) => JSON.stringify(path.slice(0, 200));
  const because = (one: FileReason) => `${quoted(one)} (${one.reason.slice(0, 200)})`;
  const error =
    changed > 0
      ? ({
          code: "inputs-changed",
          message: `${list(quoted)}: no longer what was submitted, ${isElsewhere ? "or not for this submission to read; submit again" : "another client has written under this prefix; submit again, under another one"}`,
        } as const)
      : ({
          code: "stage-in-failed",
          message: `the cluster cannot store ${list(because)}: give other names or places, and submit again`,
        } as const);
  return { phase: "failing", outcome: "rejected", error, stageIn: summary.verdict() };
}

/** Codes of a disk that another try would not change. */
const DISK_REFUSALS: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EEXIST",
  "EISDIR",
  "ELOOP",
  "ENAMETOOLONG",
]);

/** Words for an error after which trying again would not help; undefined: it may. */
function finalWord(error: unknown, workRoot: string): string | undefined {
  if (error instanceof FileError && error.reason.code === "object-refused")
    return `${error.message}: make it readable for the cluster, or remove it, then write FILE_UPLOAD again`;
  const { code = "" } = error as NodeJS.ErrnoException;
  if (isDiskFull(error))
    return `the cluster's disk is full (${workRoot}): ${messageOf(error)}; have room made, then write FILE_UPLOAD again`;
  return DISK_REFUSALS.has(code) ? messageOf(error) : undefined;
}
