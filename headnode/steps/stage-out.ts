import { writeRecord } from "../../bucket/job-objects/record.ts";
import type { Machine } from "../../bucket/machine.ts";
import { messageOf } from "../../protocol/error.ts";
import { PROTOCOL_FILES, WRITER_METADATA } from "../../protocol/objects.ts";
import { READ_KEY_METADATA } from "../../protocol/read-key.ts";
import { type Reason, reason } from "../../protocol/reason.ts";
import type { ResultsVerdict } from "../../protocol/record.ts";
import { keyProblem } from "../../transfer/names/key-path.ts";
import { TransferSummary } from "../../transfer/summary.ts";
import { uploadEntries } from "../../transfer/upload.ts";
import type { UploadOptions } from "../../transfer/upload-options.ts";
import { type WalkEntry, walk } from "../../transfer/walk.ts";
import { outputPath, realJobFolder } from "../jobs/output-path.ts";
import { recordOf } from "../jobs/report.ts";
import { fileMark, readManifest, workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { ChosenResults } from "./chosen-results.ts";
import { withObjectRefusals } from "./object-refusals.ts";
import { outputNotes, outputOf } from "./output-files.ts";
import type { Step, StepPorts } from "./ports.ts";
import { ResultRules } from "./result-rules.ts";
import { removeStaleInputs } from "./stale-inputs.ts";

/** Results that take longer than this are not waited for before the record tells how the job ended. */
const RECORD_AFTER_MS = 3000;

/** Results of an entry sent so far: a step that is repeated goes on where it was. */
type Sent = Map<string, { mark: string; bytes: number }>;

/**
 * ended → returned: what the job made or changed goes to the bucket, stdout and stderr first. While that
 * takes long or cannot be done, the record tells already how the job ended.
 */
export function stageOut(): Step {
  const sentOf = new WeakMap<JobEntry, Sent>();
  return async (entry, ports) => {
    const sent: Sent = sentOf.get(entry) ?? new Map();
    sentOf.set(entry, sent);
    let told: Promise<void> | undefined;
    const tell = () => (told ??= tellEarly(entry, ports));
    const timer = setTimeout(() => void tell(), RECORD_AFTER_MS);
    let verdict: ResultsVerdict;
    const rules = new ResultRules(entry.ignore ?? "");
    const stay: Reason[] = [];
    try {
      verdict = await sendResults(entry, ports, sent, rules, stay);
    } catch (error) {
      void tell();
      throw error;
    } finally {
      clearTimeout(timer);
      // It must not land on top of the final record.
      await told;
    }
    const folder = workFolder(ports, entry);
    const { disk } = ports.machine;
    const notes = [...(await outputNotes(folder.path, entry, disk)), ...rules.notes(), ...stay];
    return {
      phase: "returned",
      stageOut: verdict,
      output: await outputOf(folder, entry, verdict, disk),
      ...(notes.length > 0 && { notes: [...(entry.notes ?? []), ...notes] }),
      // The journal is in memory, too, and keeps ended jobs for weeks.
      taskOutputs: undefined,
      ignore: undefined,
      results: undefined,
      staged: undefined,
      times: { ...entry.times, returned: ports.now().toISOString() },
    };
  };
}

async function sendResults(
  entry: JobEntry,
  ports: StepPorts,
  sent: Sent,
  rules: ResultRules,
  stay: Reason[],
): Promise<ResultsVerdict> {
  const folder = workFolder(ports, entry);
  const within = await realJobFolder(folder.path, ports.machine.disk).catch(unlessGone);
  if (within === "replaced" || within === "gone") {
    // A link may lead to anything.
    const none = new TransferSummary();
    none.skip(".", within === "gone" ? reason("folder-gone") : reason("folder-replaced"));
    return none.verdict();
  }
  const before = await readManifest(folder, entry.staged);
  const marks = new Map<string, string>();
  const options: UploadOptions = {
    wanted: (path, stats) => {
      const mark = stats ? fileMark(stats) : "";
      if (PROTOCOL_FILES.has(path) || before.get(path) === mark) return false;
      marks.set(path, mark);
      if (sent.get(path)?.mark === mark) return false;
      ports.extent?.add(Number(stats?.size ?? 0));
      return true;
    },
    metadata: {
      [WRITER_METADATA]: "agent",
      ...(entry.readKey !== undefined && { [READ_KEY_METADATA]: entry.readKey }),
    },
    within,
    machine: ports.machine,
    onFile: (path, bytes) => void sent.set(path, { mark: marks.get(path) ?? "", bytes }),
  };
  // If the record may not be written, results may not either.
  const store = withObjectRefusals(ports.store, () =>
    writeRecord(ports.store, recordOf(entry, entry.state)),
  );
  const printed = new Set<string>();
  const outputs = outputFiles(folder.path, entry, ports.machine, printed);
  await uploadEntries(store, outputs, entry.prefix, options);
  const chosen = new ChosenResults(
    entry.results,
    (path, stats) =>
      printed.has(path) || PROTOCOL_FILES.has(path) || before.get(path) === fileMark(stats),
  );
  const entries = walk(within, {
    within,
    outsideLinks: "refuse",
    insideLinks: entry.keepsLinks ? "keep" : "follow",
    ignore: (path, isFolder) => rules.ignores(path, isFolder, before.has(path)),
    tooDeep: (path) => keyProblem(entry.prefix, `${path}/`),
    machine: ports.machine,
  });
  const summary = await uploadEntries(store, chosen.of(entries), entry.prefix, options);
  const results = new Map([...sent].map(([path, { mark }]) => [path, mark !== ""]));
  stay.push(...(await removeStaleInputs(store, entry.prefix, before, results)));
  const bytes = [...sent.values()].reduce((sum, file) => sum + file.bytes, 0);
  return { ...summary.verdict(), ...chosen.told(), files: sent.size, bytes };
}

/** The job may remove its own folder. */
function unlessGone(error: NodeJS.ErrnoException): "gone" {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return "gone";
  throw error;
}

/** The job's stdout and stderr, where they are plain files in its folder; adds their paths to `printed`. */
async function* outputFiles(
  folder: string,
  entry: JobEntry,
  { disk }: Machine,
  printed: Set<string>,
): AsyncGenerator<WalkEntry> {
  for (const named of entry.outputPaths ?? []) {
    const found = await outputPath(folder, named, disk);
    // Where there is none, the walk over the folder tells what is.
    if (!found) continue;
    printed.add(found.path);
    yield { kind: "file", path: found.path, absolute: found.absolute, stats: found.stats };
  }
}

/** Writes the record as far as it is known; best effort, because the final one follows. */
async function tellEarly(entry: JobEntry, ports: StepPorts): Promise<void> {
  try {
    await writeRecord(ports.store, recordOf(entry, entry.state));
  } catch (error) {
    ports.log("warn", "the record cannot be written yet", { error: messageOf(error) });
  }
}
