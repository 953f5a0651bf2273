import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Input } from "../../protocol/manifest.ts";
import { keyOf } from "../../protocol/objects.ts";
import { READ_KEY_METADATA } from "../../protocol/read-key.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import { SentObjects } from "../../transfer/comparing/sent-objects.ts";
import { readIgnoreRules } from "../../transfer/names/ignore-rules.ts";
import type { TransferSummary } from "../../transfer/summary.ts";
import { uploadEntries, uploadFolder } from "../../transfer/upload.ts";
import type { Context } from "../context.ts";
import { asUsage } from "../errors/command-error.ts";
import { refuseSkipped } from "../jobs/carry-source.ts";

/** A folder or a file that is sent besides the job's folder. */
export interface Elsewhere {
  /** Absolute path here. */
  path: string;
  /** Of its place in the job's folder: the folder's own, or that of the folder of the file. */
  at: string;
  isFile: boolean;
}

/**
 * Sends folders and files from elsewhere to their places below a prefix.
 *
 * @returns them as the manifest names them
 * @throws CloudSubmitError `transfer` when one of their files could not be read
 */
export async function sendElsewhere(
  context: Context,
  all: readonly Elsewhere[],
  { prefix, readKey }: { prefix: string; readKey: string },
): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const one of all) {
    const send = one.isFile ? sendFile : sendFolder;
    refuseSkipped(await send(context, one, { prefix, readKey, inputs }), "problem.notUploaded");
  }
  return inputs;
}

interface Sending {
  prefix: string;
  readKey: string;
  inputs: Input[];
}

async function sendFile(
  { store, machine }: Context,
  { path, at }: Elsewhere,
  { prefix, readKey, inputs }: Sending,
): Promise<TransferSummary> {
  const stats = await stat(path, { bigint: true });
  const entries = async function* () {
    yield { kind: "file" as const, path: `${at}/${basename(path)}`, absolute: path, stats };
  };
  return uploadEntries(store, entries(), prefix, {
    machine,
    metadata: { [READ_KEY_METADATA]: readKey },
    onObject: (input) => void inputs.push(input),
  });
}

async function sendFolder(
  context: Context,
  { path, at }: Elsewhere,
  { prefix, readKey, inputs }: Sending,
): Promise<TransferSummary> {
  const { store, machine, bucket, hashCache } = context;
  const now = () => context.now().getTime();
  // The copies that results may replace.
  const copies = await LocalCopies.open(context.copyStates, path);
  const sent = await SentObjects.open(context.sentStates, bucket, now);
  try {
    const summary = await uploadFolder(store, path, keyOf(prefix, at), {
      outsideLinks: "follow",
      filesAlone: true,
      ignore: await readIgnoreRules(path).catch(asUsage),
      hashCache,
      sent,
      machine,
      metadata: { [READ_KEY_METADATA]: readKey },
      copies,
      onCopy: (local, etag, sum) => copies.note(local.path, etag, local.stats, sum),
      onObject: (input) => void inputs.push({ ...input, path: `${at}/${input.path}` }),
    });
    await copies.save(now());
    return summary;
  } finally {
    await sent.save();
  }
}
