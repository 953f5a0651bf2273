import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { type Machine, newMachine } from "../../bucket/machine.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import { UploadStateFolder } from "../../bucket/s3/upload-states.ts";
import { boundHeap } from "../../cli/bound-heap.ts";
import { ownFolders } from "../../cli/jobs/own-folders.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { uploadFolder } from "../../transfer/upload.ts";
import { benchBucket, environment } from "../config.ts";

// File transfer of `submit` and `fetch`, without a job: upload FOLDER PREFIX | download PREFIX FOLDER, with --lanes N to have
// that many threads carry everything; `list PREFIX` prints the keys below a prefix.
process.prependOnceListener("exit", boundHeap(process.versions.v8, setFlagsFromString));
const { positionals, values: asked } = parseArgs({
  allowPositionals: true,
  options: { lanes: { type: "string" } },
});
const machine: Machine = {
  ...newMachine(),
  ...(asked.lanes !== undefined && { lanes: Number(asked.lanes) }),
};
const env = environment();
const { uploads, folders } = ownFolders(env);

function openStore(): ObjectStore {
  const states = uploads === undefined ? undefined : new UploadStateFolder(uploads);
  return new S3({ machine, env, states }).store(benchBucket());
}

/** As `submit` does, with what it remembers of the folder. */
async function sendFolder(from: string, prefix: string) {
  const copies = await LocalCopies.open(folders, from);
  const summary = await uploadFolder(openStore(), from, prefix, {
    outsideLinks: "follow",
    machine,
    copies,
    onCopy: ({ path, stats }, etag, checksum) => copies.note(path, etag, stats, checksum),
  });
  await copies.save(Date.now());
  return summary;
}

/** As `fetch` does, with what it remembers of the folder. */
async function fetchFolder(prefix: string, to: string) {
  await mkdir(to, { recursive: true });
  const copies = await LocalCopies.open(folders, to);
  const summary = await downloadFolder(openStore(), prefix, to, { machine, keep: { copies } });
  await copies.save(Date.now());
  return summary;
}

async function printKeys(prefix: string): Promise<void> {
  let lines = "";
  for await (const { key, size } of openStore().list(`${prefix}/`)) {
    lines += `${size} ${key}\n`;
    if (lines.length < 1 << 16) continue;
    process.stdout.write(lines);
    lines = "";
  }
  process.stdout.write(lines);
}

async function main([verb, from = "", to = ""]: string[]): Promise<void> {
  if (verb === "list") return printKeys(from);
  if (verb !== "upload" && verb !== "download") throw new Error(`no such verb: ${verb}`);
  const summary = verb === "upload" ? await sendFolder(from, to) : await fetchFolder(from, to);
  if (summary.skippedCount > 0) throw new Error(JSON.stringify(summary.skipped));
}

main(positionals).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
