import { S3Client } from "@aws-sdk/client-s3";
import { downloadFolder } from "../../transfer/download.ts";
import type { ObjectEntry } from "../../transfer/object-store.ts";
import { S3_TIMEOUTS } from "../../transfer/s3-timeouts.ts";
import { S3Store } from "../../transfer/s3-store.ts";
import type { TransferSummary } from "../../transfer/summary.ts";
import { uploadFolder } from "../../transfer/upload.ts";
import { benchBucket } from "../config.ts";

// What `submit` and `fetch` do with files, without a job: upload FOLDER PREFIX | download PREFIX FOLDER.
const bucket = benchBucket();
const store = new S3Store(new S3Client({ maxAttempts: 5, requestHandler: S3_TIMEOUTS }), bucket);

async function upload(folder: string, prefix: string): Promise<TransferSummary> {
  const remote = new Map<string, ObjectEntry>();
  for await (const entry of store.list(`${prefix}/`)) remote.set(entry.key, entry);
  const { summary } = await uploadFolder(store, folder, prefix, {
    outsideLinks: "follow",
    remote,
  });
  return summary;
}

async function main([verb, from = "", to = ""]: string[]): Promise<void> {
  if (verb !== "upload" && verb !== "download") throw new Error(`no such verb: ${verb}`);
  const summary =
    verb === "upload" ? await upload(from, to) : await downloadFolder(store, from, to);
  if (summary.skippedCount > 0) throw new Error(JSON.stringify(summary.skipped));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
