import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writeInputManifest } from "../../../../bucket/job-objects/manifest.ts";
import { manifestMetadata } from "../../../../protocol/manifest.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

const GB = 1000 ** 3;
/** More than are carried at a time. */
const MANY = 6;
const SCRIPT = "#!/bin/sh\n";

/** Asks for a job that begins with its script and a file of so many bytes. */
async function ask(w: ReturnType<typeof world>, prefix: string, bytes: number): Promise<string> {
  await w.upload(prefix, { "job-aws-run.sh": SCRIPT, data: "x".repeat(Math.min(bytes, 1000)) });
  const inputs = ["job-aws-run.sh", "data"].map((path) => {
    const { etag, body, versionId } = w.store.objects.get(`${prefix}/${path}`)!;
    const size = path === "data" ? bytes : body.length;
    return { path, size, etag, version: versionId, mode: "0644", mtime: "1" };
  });
  const manifest = await writeInputManifest(w.store, prefix, inputs);
  return w.ask(prefix, "FILE_UPLOAD", manifest && manifestMetadata(manifest));
}

test("while jobs of 100 GB come in, more than are carried at a time, one of 1 kB is staged and submitted", async () => {
  const w = world();
  const begun = new Set<string>();
  w.store.before = (operation, key) => {
    if (operation !== "getFile" || !key.startsWith("huge")) return;
    begun.add(key.slice(0, key.indexOf("/")));
    return new Promise<never>(() => undefined);
  };
  await w.start();
  for (let at = 0; at < MANY; at++) await ask(w, `huge${at}`, 100 * GB);
  await w.until(() => begun.size === 4);
  await ask(w, "small", 1000);
  await w.until(() => w.state("small") === "JOB_SUBMIT");
  // Nor do the large ones have the places of small ones.
  expect(begun.size).toBe(4);
});

test("while results of 100 GB go out, of more jobs than are carried at a time, those of 1 kB come back", async () => {
  const w = world();
  await w.start();
  const folders = new Map<string, string>();
  const prefixes = [...Array.from({ length: MANY }, (_, at) => `huge${at}`), "small"];
  for (const prefix of prefixes) {
    folders.set(prefix, join(w.workRoot, prefix, await ask(w, prefix, 1000)));
    await w.until(() => w.state(prefix) === "JOB_SUBMIT");
  }
  const begun = new Set<string>();
  const putFile = w.store.putFile.bind(w.store);
  w.store.putFile = (path, key, ...more) => {
    if (!key.startsWith("huge")) return putFile(path, key, ...more);
    begun.add(key);
    return new Promise<never>(() => undefined);
  };
  for (const [prefix, folder] of folders) {
    writeFileSync(join(folder, "result"), prefix);
    if (prefix !== "small") truncateSync(join(folder, "result"), 100 * GB);
  }
  for (let at = 0; at < MANY; at++) w.end(`${at + 1}`, task("COMPLETED"));
  await w.until(() => begun.size === 4);
  w.end(`${MANY + 1}`, task("COMPLETED"));
  await w.until(() => w.state("small") === "JOB_COMPLETE");
  expect(w.store.text("small/result")).toBe("small");
  expect(begun.size).toBe(4);
});
