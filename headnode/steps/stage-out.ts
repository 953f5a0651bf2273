import { relative } from "node:path";
import { writeRecord } from "../../bucket/job-objects/record.ts";
import { messageOf } from "../../protocol/error.ts";
import { PROTOCOL_FILES, WRITER_METADATA } from "../../protocol/objects.ts";
import { reason } from "../../protocol/reason.ts";
import type { Note, OutputFiles, TransferVerdict } from "../../protocol/record.ts";
import { TransferSummary } from "../../transfer/summary.ts";
import { type UploadOptions, uploadEntries } from "../../transfer/upload.ts";
import { type WalkEntry, walk } from "../../transfer/walk.ts";
import { type OutputPath, outputPath, realJobFolder } from "../jobs/output-path.ts";
import { recordOf } from "../jobs/report.ts";
import { fileMark, type Manifest, readManifest, workFolder } from "../jobs/work-folder.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { TaskOutput } from "../slurm/task-outputs.ts";
import type { Step, StepPorts } from "./ports.ts";
import { ResultRules } from "./result-rules.ts";
import { removeStaleInputs } from "./stale-inputs.ts";

/** Results that take longer than this are not waited for before the record tells how the job ended. */
const RECORD_AFTER_MS = 3000;

/** What has been sent of an entry's results: a step that is repeated goes on where it was. */
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
    let verdict: TransferVerdict;
    const rules = new ResultRules(entry.ignore ?? "");
    try {
      verdict = await sendResults(entry, ports, sent, rules);
    } catch (error) {
      void tell();
      throw error;
    } finally {
      clearTimeout(timer);
      // It must not land on top of the final record.
      await told;
    }
    const folder = workFolder(ports, entry);
    const { path } = folder;
    const away = [...outputElsewhere(path, entry), ...rules.notes()];
    return {
      phase: "returned",
      stageOut: verdict,
      output: await outputOf(path, entry, await readManifest(folder)),
      ...(away.length > 0 && { notes: [...(entry.notes ?? []), ...away] }),
      // The journal is in memory, too, and keeps ended jobs for weeks.
      taskOutputs: undefined,
      ignore: undefined,
      times: { ...entry.times, returned: ports.now().toISOString() },
    };
  };
}

async function sendResults(
  entry: JobEntry,
  ports: StepPorts,
  sent: Sent,
  rules: ResultRules,
): Promise<TransferVerdict> {
  const folder = workFolder(ports, entry);
  if ((await realJobFolder(folder.path).catch(() => "")) === "replaced") {
    // What is behind the link may be anybody's.
    const none = new TransferSummary();
    none.skip(".", reason("folder-replaced"));
    return none.verdict();
  }
  const before = await readManifest(folder);
  const marks = new Map<string, string>();
  const options: UploadOptions = {
    wanted: (path, stats) => {
      const mark = stats ? fileMark(stats) : "";
      if (PROTOCOL_FILES.has(path) || before.get(path) === mark) return false;
      marks.set(path, mark);
      return sent.get(path)?.mark !== mark;
    },
    metadata: { [WRITER_METADATA]: "agent" },
    machine: ports.machine,
    onFile: (path, bytes) => void sent.set(path, { mark: marks.get(path) ?? "", bytes }),
  };
  await uploadEntries(ports.store, outputFiles(folder.path, entry), entry.prefix, options);
  const entries = walk(folder.path, {
    outsideLinks: "refuse",
    insideLinks: entry.keepsLinks ? "keep" : "follow",
    ignore: (path, isFolder) => rules.ignores(path, isFolder, before.has(path)),
    machine: ports.machine,
  });
  const summary = await uploadEntries(ports.store, entries, entry.prefix, options);
  const results = new Map([...sent].map(([path, { mark }]) => [path, mark !== ""]));
  await removeStaleInputs(ports.store, entry.prefix, before, results);
  const bytes = [...sent.values()].reduce((sum, file) => sum + file.bytes, 0);
  return { ...summary.verdict(), files: sent.size, bytes };
}

/** The job's stdout and stderr, where they are plain files in its folder. */
async function* outputFiles(folder: string, entry: JobEntry): AsyncGenerator<WalkEntry> {
  for (const named of entry.outputPaths ?? []) {
    const found = await outputPath(folder, named);
    // Where there is none, the walk over the folder tells what is.
    if (found) yield { kind: "file", ...found };
  }
}

/** The job's stdout and stderr for the record, so that its readers find them. */
async function outputOf(
  folder: string,
  entry: JobEntry,
  before: Manifest,
): Promise<OutputFiles[] | undefined> {
  const outputs: TaskOutput[] = entry.taskOutputs ?? [{ paths: entry.outputPaths ?? [] }];
  const found: OutputFiles[] = [];
  for (const { task, paths } of outputs) {
    const [stdout, stderr] = await Promise.all(
      paths.map((named) => ownOutput(folder, named, before)),
    );
    if (stdout)
      found.push({
        ...(task !== undefined && { task }),
        stdout: stdout.path,
        ...(stderr && { stderr: stderr.path }),
      });
  }
  if (found.length === 0) return undefined;
  return found.toSorted((a, b) => (a.task ?? 0) - (b.task ?? 0));
}

/** An output file that comes back with the results: one that an earlier run has left, and this one never opened, is none. */
async function ownOutput(
  folder: string,
  named: string,
  before: Manifest,
): Promise<OutputPath | undefined> {
  const found = await outputPath(folder, named);
  if (!found || PROTOCOL_FILES.has(found.path)) return undefined;
  return before.get(found.path) === fileMark(found.stats) ? undefined : found;
}

/** Notes that a record tells at most. */
const AWAY_MAX = 10;

/** What Slurm wrote where no results are: outside the job's folder, or over a file of the protocol. */
function outputElsewhere(folder: string, entry: JobEntry): Note[] {
  const named = entry.taskOutputs?.flatMap(({ paths }) => paths) ?? entry.outputPaths ?? [];
  return [...new Set(named)]
    .filter((path) => {
      if (path === "/dev/null") return false;
      const own = relative(folder, path);
      return own.startsWith("../") || PROTOCOL_FILES.has(own);
    })
    .slice(0, AWAY_MAX)
    .map((path) => reason("output-not-brought-back", { path: path.slice(0, 1024) }));
}

/** Writes the record as far as it is known; best effort, because the final one follows. */
async function tellEarly(entry: JobEntry, ports: StepPorts): Promise<void> {
  try {
    await writeRecord(ports.store, recordOf(entry, entry.state));
  } catch (error) {
    ports.log("warn", "the record cannot be written yet", { error: messageOf(error) });
  }
}
