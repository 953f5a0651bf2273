import { setFlagsFromString } from "node:v8";
import { newMachine } from "../../bucket/machine.ts";
import { S3 } from "../../bucket/s3/s3.ts";
import { UploadStateFolder } from "../../bucket/s3/upload-states.ts";
import { uploadStates } from "../../cli/jobs/own-folders.ts";
import { optimizeLate } from "../../cli/quick-engine.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { uploadFolder } from "../../transfer/upload.ts";
import { benchBucket, environment } from "../config.ts";

// File transfer of `submit` and `fetch`, without a job: upload FOLDER PREFIX | download PREFIX FOLDER.
optimizeLate(process.versions.v8, setFlagsFromString);
const machine = newMachine();
const s3 = new S3({ machine, states: new UploadStateFolder(uploadStates(environment())) });
const store = s3.store(benchBucket());

async function main([verb, from = "", to = ""]: string[]): Promise<void> {
  if (verb !== "upload" && verb !== "download") throw new Error(`no such verb: ${verb}`);
  const summary =
    verb === "upload"
      ? await uploadFolder(store, from, to, { outsideLinks: "follow", machine })
      : await downloadFolder(store, from, to, { machine });
  if (summary.skippedCount > 0) throw new Error(JSON.stringify(summary.skipped));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
