import { join } from "node:path";
import { statOf } from "../../bucket/disk/files.ts";
import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import type { Inputs } from "../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE, PROTOCOL_FILES, SCRIPT_FILE } from "../../protocol/objects.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { isDiskFull } from "../cache/object-cache.ts";
import { allWaitedFor } from "../jobs/all-waited-for.ts";
import { makeWorkFolder, noteManifest, removeWorkFolder, workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { checkedRules, stagedResultRules } from "./chosen-results.ts";
import { goOn } from "./go-on.ts";
import { keptArguments, optionsWithJobPaths, scriptWithJobPaths } from "./job-paths.ts";
import { withObjectRefusals } from "./object-refusals.ts";
import { withOtherResults } from "./other-results.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";
import { stagedRules } from "./result-rules.ts";
import { finalWord, notWhole } from "./staging-errors.ts";
import { type WorkDisk, workDisk } from "./work-disk.ts";

/**
 * accepted → staged: brings this prefix, and nothing else, to the cluster; of a submission with a manifest, exactly the
 * objects that it names, or none. Results of others that an open one names come later (begin-open.ts).
 */
export function stageIn(): Step {
  const traitsOf = workDisk();
  const decided = new WeakMap<JobEntry, Inputs>();
  return async (entry, ports) => {
    const result = await stage(entry, ports, { traitsOf, decided });
    decided.delete(entry);
    return result;
  };
}

/** Things that tries of a step have in common. */
interface Common {
  traitsOf: WorkDisk;
  /** The inputs of those submissions that take results of others, as long as these are tried to be staged in one place. */
  decided: WeakMap<JobEntry, Inputs>;
}

async function stage(
  entry: JobEntry,
  ports: StepPorts,
  { traitsOf, decided }: Common,
): Promise<StepResult> {
  const { prefix, manifest } = entry;
  const mayGoOn = () => goOn(entry, "before it was staged");
  mayGoOn();
  const folder = workFolder(ports, entry);
  // The agent has read the status object when it took the request.
  const store = withObjectRefusals(ports.store, () => readStatus(ports.store, prefix));
  const isScript = async () =>
    (await statOf(ports.machine.disk, join(folder.path, SCRIPT_FILE))).isFile();
  try {
    const sent = manifest && (await readInputManifest(ports.store, prefix, manifest));
    let inputs = decided.get(entry) ?? sent?.inputs;
    const onResult = (bytes: number) => ports.extent?.add(bytes);
    for (const { size } of inputs?.values() ?? []) onResult(size);
    const isLater = entry.open !== undefined;
    if (sent?.after && !isLater)
      throw new CloudSubmitError(
        "stage-in-failed",
        `${keyOf(prefix, MANIFEST_FILE)} names runs in \`after\`, which open submissions alone may: name them in the metadata of FILE_UPLOAD`,
      );
    if (sent?.from && !isLater && !decided.has(entry)) {
      // An agent before this one may have taken other results.
      await removeWorkFolder(folder);
      const tools = { store, goOn: mayGoOn, onResult };
      inputs = await withOtherResults(tools, sent.inputs, sent.from);
      // Not those of a large one in a place for small ones, which is called again: many may wait, and each may have 200,000 inputs.
      decided.set(entry, inputs);
    }
    const results = checkedRules(sent?.results, keyOf(prefix, MANIFEST_FILE));
    await makeWorkFolder(folder, ports.machine.disk);
    const summary = await downloadFolder(store, prefix, folder.path, {
      exactly: inputs,
      local: ports.local,
      wanted: (path, { size }) => {
        mayGoOn();
        if (!inputs) ports.extent?.add(size);
        return !PROTOCOL_FILES.has(path);
      },
      // A large file may take hours.
      onBytes: mayGoOn,
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
    await scriptWithJobPaths(folder.path, sent?.origins, ports.machine.disk);
    const staged = await noteManifest(folder, ports.machine);
    return {
      phase: "staged",
      staged,
      ...optionsWithJobPaths(entry, sent?.origins, folder.path),
      ...keptArguments(sent, folder.path),
      ...(isLater && sent?.from && { takesResults: true }),
      ...(sent?.after && { waitsFor: allWaitedFor(entry.waitsFor ?? [], sent) }),
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
