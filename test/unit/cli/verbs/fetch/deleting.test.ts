import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { writeInputManifest } from "../../../../../bucket/job-objects/manifest.ts";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { fetchFiles } from "../../../../../cli/verbs/fetch/fetch.ts";
import { prune } from "../../../../../cli/verbs/prune/prune.ts";
import { rm } from "../../../../../cli/verbs/rm/rm.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { sweepWorld } from "../../../../support/sweep-world.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const HOUR = 3_600_000;
const LARGE = Buffer.alloc(1 << 21, 7);

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();

/** Jobs that are sent from folders, and end; what was sent before is known. */
function world() {
  const w = sweepWorld();
  const context = { ...w.context, sentStates: temporaryFolder() };
  w.store.now = () => context.now();
  /** The job ends, an hour after it was sent, with one result. */
  const finish = async (prefix: string) => {
    w.clock.ms += HOUR;
    await w.end(prefix, "completed");
    await w.store.put(`${prefix}/out.txt`, "r");
  };
  return { ...w, context, finish };
}

describe("fetch --delete keeps what is the user's", () => {
  test("files that .cloudsubmitignore names, and that are not looked at", async () => {
    const { context, folder, err, finish } = world();
    writeFileSync(join(folder, ".cloudsubmitignore"), "/secret.key\n/notes/\n*.tmp\n");
    await submitJob(context, folder, { prefix: "j" });
    await finish("j");
    mkdirSync(join(folder, "notes"));
    const mine = ["secret.key", "notes/n", "a.tmp"];
    for (const path of mine) writeFileSync(join(folder, path), "mine");
    writeFileSync(join(folder, "old"), "");
    await fetchFiles(context, "j", { to: folder, delete: true });
    expect(filesIn(folder)).toEqual(expect.arrayContaining(["notes", "out.txt", ...mine]));
    expect(err.filter((line) => line.startsWith("deleted"))).toEqual(['deleted "old"']);
  });

  test("inputs whose objects are under another job's prefix", async () => {
    const { context, store, finish } = world();
    const [a, b] = [scriptFolder(), scriptFolder()];
    for (const folder of [a, b]) writeFileSync(join(folder, "mesh.bin"), LARGE);
    await submitJob(context, a, { prefix: "a" });
    await submitJob(context, b, { prefix: "b" });
    await finish("b");
    expect(store.objects.has("b/mesh.bin")).toBe(false);
    await fetchFiles(context, "b", { to: b, delete: true });
    expect(filesIn(b)).toEqual(["job-aws-job.json", "job-aws-run.sh", "mesh.bin", "out.txt"]);
  });

  test("places of other jobs' results that it was sent with", async () => {
    const { context, store, folder, finish } = world();
    await submitJob(context, scriptFolder(), { prefix: "a" });
    await finish("a");
    await submitJob(context, folder, { prefix: "b", input: ["a:out=from/a"] });
    await finish("b");
    expect(store.text("b/job-aws-manifest.json")).toContain('"from"');
    mkdirSync(join(folder, "from", "a"), { recursive: true });
    for (const path of ["from/a/x", "from/b"]) writeFileSync(join(folder, path), "");
    await fetchFiles(context, "b", { to: folder, delete: true });
    expect(filesIn(folder)).toEqual(expect.arrayContaining(["from/a/x"]));
    expect(filesIn(folder)).not.toContain("from/b");
  });

  test("inputs that prune --keep-results took from the bucket", async () => {
    const { context, store, clock, folder, finish } = world();
    await submitJob(context, folder, { prefix: "j" });
    await finish("j");
    clock.ms += 960 * HOUR;
    await prune(context, "j", { older: "30d", keepResults: true, yes: true }, undefined);
    expect(store.objects.has("j/data")).toBe(false);
    await fetchFiles(context, "j", { to: folder, delete: true });
    expect(filesIn(folder)).toEqual(expect.arrayContaining(["data", "job-aws-run.sh", "out.txt"]));
  });
});

describe("fetch --delete is refused, and nothing is fetched,", () => {
  const refused = async ({ context }: ReturnType<typeof world>, folder: string, words: RegExp) => {
    const before = filesIn(folder);
    await expect(fetchFiles(context, "j", { to: folder, delete: true })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(words),
    });
    expect(filesIn(folder)).toEqual(before);
  };

  test("for a job that has not ended", async () => {
    const w = world();
    await submitJob(w.context, w.folder, { prefix: "j" });
    await refused(w, w.folder, /^j is FILE_UPLOAD: fetch without --delete, or once/);
  });

  test("for one whose removal was killed half-way", async () => {
    const w = world();
    const { context, store, clock, folder, finish } = w;
    await submitJob(context, folder, { prefix: "j" });
    await finish("j");
    await fetchFiles(context, "j", { to: folder });
    clock.ms += 24 * HOUR;
    const { before } = store;
    store.before = (operation, key) => {
      if (operation.startsWith("delete") && key.includes("stat")) throw new Error("killed");
      return before(operation, key);
    };
    await expect(rm(context, ["j"], { yes: true }, undefined)).rejects.toThrow("killed");
    store.before = before;
    await refused(w, folder, /^j is JOB_COMPLETE \(removing\): fetch without --delete/);
  });

  test("where the manifest is one of a later version", async () => {
    const w = world();
    await submitJob(w.context, w.folder, { prefix: "j" });
    await w.finish("j");
    await w.store.put("j/job-aws-manifest.json", '{"version": 2}');
    await refused(w, w.folder, /unreadable: fetch without --delete$/);
  });
});

test("a removal that begins while files are compared ends the deleting", async () => {
  const { context, store, clock, folder, err, finish } = world();
  await submitJob(context, folder, { prefix: "j" });
  await finish("j");
  await writeInputManifest(store, "j", []);
  await fetchFiles(context, "j", { to: folder });
  clock.ms += 24 * HOUR;
  let isBegun = false;
  const { before } = store;
  store.before = async (operation, key) => {
    await before(operation, key);
    if (operation !== "list" || isBegun) return;
    isBegun = true;
    await rm(context, ["j"], { yes: true }, undefined);
  };
  await fetchFiles(context, "j", { to: folder, delete: true });
  expect([isBegun, store.objects.size]).toEqual([true, 0]);
  expect(filesIn(folder)).toEqual(expect.arrayContaining(["data", "out.txt"]));
  expect(err).toContain('".": the job has changed meanwhile');
});
