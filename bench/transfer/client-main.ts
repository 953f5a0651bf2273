import { mkdir } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { newMachine } from "../../bucket/machine.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import { UploadStateFolder } from "../../bucket/s3/upload-states.ts";
import { ownFolders } from "../../cli/jobs/own-folders.ts";
import { optimizeLate } from "../../cli/quick-engine.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { uploadFolder } from "../../transfer/upload.ts";
import { benchBucket, benchLanes, environment } from "../config.ts";

// File transfer of `submit` and `fetch`, without a job: upload FOLDER PREFIX | download PREFIX FOLDER.
optimizeLate(process.versions.v8, setFlagsFromString);
const lanes = benchLanes();
const machine = { ...newMachine(), ...(lanes !== undefined && { lanes }) };
const env = environment();
const { uploads: states, folders } = ownFolders(env);
const s3 = new S3({
  machine,
  env,
  states: states === undefined ? undefined : new UploadStateFolder(states),
});
const store = s3.store(benchBucket());

/** As `fetch` does, with what it remembers of the folder. */
async function fetchFolder(prefix: string, to: string) {
  await mkdir(to, { recursive: true });
  const copies = await LocalCopies.open(folders, to);
  const summary = await downloadFolder(store, prefix, to, { machine, keep: { copies } });
  await copies.save(Date.now());
  return summary;
}

async function main([verb, from = "", to = ""]: string[]): Promise<void> {
  if (verb !== "upload" && verb !== "download") throw new Error(`no such verb: ${verb}`);
  const summary =
    verb === "upload"
      ? await uploadFolder(store, from, to, { outsideLinks: "follow", machine })
      : await fetchFolder(from, to);
  if (summary.skippedCount > 0) throw new Error(JSON.stringify(summary.skipped));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
