import { writeClosing } from "../../../bucket/job-objects/closing.ts";
import { readPresentManifest } from "../../../bucket/job-objects/manifest.ts";
import type { Machine } from "../../../bucket/machine.ts";
import { INPUTS_MAX, type Input } from "../../../protocol/manifest.ts";
import { CLOSING_MAX_BYTES, formatClosing, OPEN_MS } from "../../../protocol/open-submission.ts";
import { READ_KEY_METADATA } from "../../../protocol/read-key.ts";
import { HashCache } from "../../../transfer/comparing/hash-cache.ts";
import type { LocalCopies } from "../../../transfer/comparing/local-copies.ts";
import { uploadEntries } from "../../../transfer/upload.ts";
import type { Context } from "../../context.ts";
import type { JobFile } from "../job-file.ts";
import type { FolderCopies } from "./folder-copies.ts";
import { homeOf, isSameLook, type Look, lateFiles, lookAt, type Sent } from "./late-files.ts";

/** Between two looks at the folders of a job, */
const PAUSE_MS = 300;
/** which are quiet when two looks in a row have seen the same, so long after the first one at the earliest. */
const QUIET_MS = 600;
/** After so long what is there is sent. */
const LOOKS_MS = 10_000;

/** Ports of what closes open jobs. */
export interface Closing {
  context: Pick<Context, "store" | "now" | "sleep" | "hashCache">;
  machine: Machine;
  copies: FolderCopies;
  /** Told of what was left out, one line each. */
  log: (line: string) => void;
  /** Whether the fetcher itself has brought what is at an absolute path since, with this mark. */
  isBrought: (absolute: string, mark: string) => boolean;
}

/**
 * Closes an open job: waits until its folders are quiet, sends what is new or changed in them since sbatch was called, and
 * writes the closing object, also when there is nothing.
 *
 * @throws what S3 refuses; nothing was closed then, and it may be tried again
 */
export async function closeOpen(ports: Closing, file: JobFile): Promise<void> {
  const { store, now } = ports.context;
  const { prefix, submission } = file;
  // So long after sbatch the folders tell of something else.
  const isLate = now().getTime() - Date.parse(file.submittedAt) > OPEN_MS;
  const inputs = isLate ? [] : await lateInputs(ports, file);
  await writeClosing(store, prefix, { submission, inputs: fitting(inputs, submission, ports.log) });
}

async function lateInputs(ports: Closing, file: JobFile): Promise<Input[]> {
  const { prefix } = file;
  const { store, hashCache, now } = ports.context;
  const sent = sentOf(file);
  const [look, manifest] = await Promise.all([
    quietLook(ports, sent),
    readPresentManifest(store, prefix),
  ]);
  if (!manifest) return [];
  const cache = new HashCache(hashCache, () => now().getTime());
  const comparing = { disk: ports.machine.disk, cache };
  const { send, restate } = await lateFiles(
    look,
    manifest.inputs,
    Date.parse(file.submittedAt),
    comparing,
  );
  const inputs: Input[] = [...restate];
  const copies = new Map<string, LocalCopies>();
  for (const entry of send)
    if (entry.kind !== "empty-folder") {
      const { root } = homeOf(entry, sent);
      if (!copies.has(root)) copies.set(root, await ports.copies.of(root));
    }
  async function* entries() {
    yield* send;
  }
  const summary = await uploadEntries(store, entries(), prefix, {
    machine: ports.machine,
    metadata: manifest.readKey === undefined ? {} : { [READ_KEY_METADATA]: manifest.readKey },
    onObject: (object) => void inputs.push(object),
    onCopy: (entry, etag, checksum) => {
      const { root, path } = homeOf(entry, sent);
      copies.get(root)?.note(path, etag, entry.stats, checksum);
    },
  });
  await cache.save();
  for (const one of copies.values()) await ports.copies.save(one);
  for (const { path, reason } of summary.skipped)
    ports.log(`job ${file.id}: ${JSON.stringify(path)} was not sent: ${reason}`);
  return inputs;
}

/** Looks until two looks in a row have seen the same. */
async function quietLook(ports: Closing, sent: readonly Sent[]): Promise<Look> {
  const { now, sleep } = ports.context;
  const began = now().getTime();
  let before = await lookAll(ports, sent);
  for (;;) {
    await sleep(PAUSE_MS);
    const look = await lookAll(ports, sent);
    const ms = now().getTime() - began;
    if ((ms >= QUIET_MS && isSameLook(before, look)) || ms >= LOOKS_MS) return look;
    before = look;
  }
}

async function lookAll({ machine, isBrought }: Closing, sent: readonly Sent[]): Promise<Look> {
  const looks = await Promise.all(sent.map((one) => lookAt(one, machine)));
  const all = new Map(looks.flatMap((look) => [...look]));
  for (const [path, { entry, mark }] of all)
    if (entry.kind !== "empty-folder" && isBrought(entry.absolute, mark)) all.delete(path);
  return all;
}

/** Inputs that were sent for a job; of several paths of one folder, the first. */
export function sentOf({ origins }: Pick<JobFile, "origins">): Sent[] {
  return [...new Map(origins.toReversed().map((one) => [one.at, one])).values()].toReversed();
}

/** As many inputs as a closing object may have. */
function fitting(inputs: Input[], submission: string, log: (line: string) => void): Input[] {
  let fits = inputs.slice(0, INPUTS_MAX);
  while (Buffer.byteLength(formatClosing({ submission, inputs: fits })) > CLOSING_MAX_BYTES)
    fits = fits.slice(0, Math.floor(fits.length * 0.9));
  if (fits.length < inputs.length)
    log(
      `${submission}: ${inputs.length - fits.length} files that came late are too many to be sent`,
    );
  return fits;
}
