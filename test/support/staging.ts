import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { newMachine } from "../../bucket/machine.ts";
import type { StepPorts, StepResult } from "../../headnode/steps/ports.ts";
import { stageIn } from "../../headnode/steps/stage-in.ts";
import { type ManifestId, manifestOf } from "../../protocol/manifest.ts";
import { PROTOCOL_FILES } from "../../protocol/objects.ts";
import { jobEntry } from "./job-entry.ts";
import type { MemoryStore } from "./memory-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** The result of a staging, and the job's folder. */
export interface Staged {
  result: StepResult | undefined;
  folder: string;
  /** Where all jobs' folders are. */
  workRoot: string;
}

/** Stages a prefix in as the agent does, on a folder of its own. */
export async function stage(
  store: MemoryStore,
  prefix: string,
  manifest: ManifestId | undefined = manifestIn(store, prefix),
): Promise<Staged> {
  const home = temporaryFolder();
  const workRoot = join(home, "work");
  mkdirSync(workRoot);
  const entry = jobEntry({ prefix, ...(manifest && { manifest }) });
  const now = () => new Date();
  const ports = { home, workRoot, store, machine: newMachine(), now } as unknown as StepPorts;
  return { result: await stageIn()(entry, ports), folder: join(workRoot, prefix, "s1"), workRoot };
}

/** The manifest that the status object names. */
export function manifestIn(store: MemoryStore, prefix: string): ManifestId | undefined {
  const named = manifestOf(store.objects.get(`${prefix}/job-aws-stat.txt`)?.metadata ?? {});
  if (named === "unreadable") throw new Error("the manifest cannot be named");
  return named;
}

/** All that a job sees of a folder: content and mode of files, targets of links, empty folders. */
export function snapshot(root: string): Record<string, string> {
  const seen: Record<string, string> = {};
  const look = (path: string) => {
    const names = readdirSync(join(root, path));
    if (names.length === 0 && path !== "") seen[`${path}/`] = "empty";
    for (const name of names) {
      const own = path === "" ? name : `${path}/${name}`;
      if (PROTOCOL_FILES.has(own)) continue;
      const stats = lstatSync(join(root, own));
      if (stats.isDirectory()) look(own);
      else if (stats.isSymbolicLink()) seen[own] = `link to ${readlinkSync(join(root, own))}`;
      else
        seen[own] =
          `${(stats.mode & 0o777).toString(8)} ${readFileSync(join(root, own), "latin1")}`;
    }
  };
  look("");
  return seen;
}
