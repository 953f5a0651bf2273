import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";
import { keyOf, PROTOCOL_FILES, SCRIPT_FILE } from "../../protocol/objects.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { workFolder, writeManifest } from "../jobs/work-folder.ts";
import type { Step } from "./ports.ts";
import { stagedRules } from "./result-rules.ts";

/** accepted → staged: brings this prefix, and nothing else, to the cluster. */
export const stageIn: Step = async (entry, ports) => {
  if (entry.cancelRequested)
    throw new CloudSubmitError("cancelled", "cancelled before it was staged");
  const folder = workFolder(ports, entry);
  const summary = await downloadFolder(ports.store, entry.prefix, folder.path, {
    wanted: (path) => !PROTOCOL_FILES.has(path),
    machine: ports.machine,
  }).catch(async (error: unknown) => {
    if (!isDiskProblem(error)) throw error;
    await rm(folder.path, { recursive: true, force: true });
    throw new CloudSubmitError("stage-in-failed", messageOf(error), { cause: error });
  });
  try {
    await access(join(folder.path, SCRIPT_FILE));
  } catch {
    throw new CloudSubmitError(
      "no-script",
      `there is no ${keyOf(entry.prefix, SCRIPT_FILE)}: upload the job script, then write FILE_UPLOAD again`,
    );
  }
  await writeManifest(folder, ports.machine);
  return {
    phase: "staged",
    ignore: await stagedRules(folder.path),
    stageIn: summary.verdict(),
    times: { ...entry.times, staged: ports.now().toISOString() },
  };
};

/** No space, no right, no such device: trying again would not help. */
function isDiskProblem(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS"].includes(code ?? "");
}
