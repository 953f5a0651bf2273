import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { submitJob } from "../../cli/jobs/submit-job.ts";
import { dataPut } from "../../cli/verbs/data/put.ts";
import { scriptFolder } from "./job-folder.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { testContext } from "./test-ui.ts";

/** A new folder with so many files in a folder of it. */
export function folderOf(files: number): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "in"));
  for (let n = 0; n < files; n++) writeFileSync(join(folder, "in", `f${n}`), `${n}`);
  return folder;
}

/** A bucket with the data sets `genome` of 3 files and `reads` of 1, and the job `job1` that names `genome`. */
export async function dataScene(changes: Parameters<typeof testContext>[0] = {}) {
  const { context, store, out, err } = testContext(changes);
  store.before = () => undefined;
  const quiet = { ...context, out: () => undefined, err: () => undefined };
  await dataPut(quiet, folderOf(3), "genome", {});
  await dataPut(quiet, folderOf(1), "reads", {});
  await submitJob(quiet, scriptFolder(), { prefix: "job1", input: ["genome"] });
  return { context, store, out, err };
}
