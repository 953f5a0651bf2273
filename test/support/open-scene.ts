import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeClosing } from "../../bucket/job-objects/closing.ts";
import { writeInputManifest } from "../../bucket/job-objects/manifest.ts";
import { type Input, type Manifest, manifestMetadata } from "../../protocol/manifest.ts";
import { world } from "./agent-world.ts";
import { task } from "./fake-slurm.ts";

/** Read key of the results of every job of the scene. */
export const SCENE_KEY = "the-key-of-each-of-these-runs-00";

/** An agent's world, with a client that makes open submissions. */
export function openScene(options: Parameters<typeof world>[0] = {}) {
  const w = world(options);
  const put = async (prefix: string, path: string, text: string): Promise<Input> => {
    const etag = (await w.store.put(`${prefix}/${path}`, text)) ?? "";
    return { path, size: Buffer.byteLength(text), etag };
  };
  const folder = (prefix: string) => join(w.workRoot, prefix, `${prefix}-1`);
  const idOf = (prefix: string) =>
    String(w.slurm.submitted.findLastIndex((comment) => comment.includes(`:${prefix}:`)) + 1);
  return {
    w,
    put,
    folder,
    /** Slurm's id of a prefix's job; "0": it has none. */
    idOf,
    /** A file in a job's folder. */
    file: (prefix: string, path: string) => readFileSync(join(folder(prefix), path), "utf8"),
    /** Sends files and asks; the submission is `<prefix>-1`. */
    async submit(
      prefix: string,
      files: Record<string, string> = {},
      more: Omit<Manifest, "inputs"> = {},
      metadata: Record<string, string> = {},
    ) {
      const all = { "job-aws-run.sh": "#!/bin/sh\n", ...files };
      const inputs: Input[] = [];
      for (const [path, text] of Object.entries(all)) inputs.push(await put(prefix, path, text));
      const id = await writeInputManifest(w.store, prefix, inputs, { readKey: SCENE_KEY, ...more });
      await w.ask(prefix, "FILE_UPLOAD", {
        submission: `${prefix}-1`,
        open: "1",
        ...(id && manifestMetadata(id)),
        ...metadata,
      });
    },
    /** Closes a submission with files that it sends. */
    async close(prefix: string, files: Record<string, string> = {}) {
      const inputs: Input[] = [];
      for (const [path, text] of Object.entries(files)) inputs.push(await put(prefix, path, text));
      await writeClosing(w.store, prefix, { submission: `${prefix}-1`, inputs });
    },
    async submitted(prefix: string) {
      await w.until(() => w.state(prefix) === "JOB_SUBMIT");
    },
    async released(prefix: string) {
      await w.until(() => w.slurm.released.includes(idOf(prefix)));
    },
    /** Slurm ends a job that was released. */
    async end(prefix: string, state = "COMPLETED") {
      await w.until(() => w.slurm.released.includes(idOf(prefix)));
      w.end(idOf(prefix), { ...task(state), nodes: "node-1" });
      await w.until(() => w.state(prefix) === "JOB_COMPLETE");
    },
    /** Slurm has cancelled a job that waits, as it was asked. */
    async untilCancelled(prefix: string) {
      await w.until(() => w.slurm.cancelled.includes(idOf(prefix)));
      w.slurm.ends.set(idOf(prefix), [task("CANCELLED")]);
      await w.until(() => ["JOB_ERROR", "JOB_COMPLETE"].includes(w.state(prefix) ?? ""));
    },
    /** Keys of a prefix that the agent has written as results. */
    results: (prefix: string) =>
      [...w.store.objects.entries()]
        .filter(([key, { metadata }]) => key.startsWith(`${prefix}/`) && metadata["read-key"])
        .map(([key]) => key.slice(prefix.length + 1))
        .toSorted(),
  };
}
