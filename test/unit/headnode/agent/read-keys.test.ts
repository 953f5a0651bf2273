import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writeInputManifest } from "../../../../bucket/job-objects/manifest.ts";
import { type Manifest, manifestMetadata } from "../../../../protocol/manifest.ts";
import { PROTOCOL_FILES } from "../../../../protocol/objects.ts";
import { type LogLine, world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { snapshot } from "../../../support/staging.ts";

const KEY = "the-key-of-the-submission-itself";
const OTHER = "the-key-of-the-run-that-is-named";

/** An agent, and a client that submits job1 with a manifest; another job has returned results. */
async function scene(more: Omit<Manifest, "inputs">) {
  const w = world();
  const lines: LogLine[] = [];
  w.onLog = (line) => void lines.push(line);
  const result = { metadata: { "read-key": OTHER, "cloud-submit-writer": "agent" } };
  for (const name of ["out/a", "out/b", "out/c"]) await w.store.put(`first/${name}`, name, result);
  const { store } = w;
  const metadata = async () => {
    const text = "#!/bin/sh\n";
    const etag = (await store.put("job1/job-aws-run.sh", text)) ?? "";
    const script = { path: "job-aws-run.sh", size: text.length, etag };
    const id = await writeInputManifest(store, "job1", [script], more);
    return id ? { ...manifestMetadata(id), submission: "s1" } : {};
  };
  const folder = join(w.workRoot, "job1", "s1");
  /** The job makes a file, a folder and output, and ends. */
  const end = async () => {
    writeFileSync(join(folder, "made"), "1");
    writeFileSync(join(folder, "slurm-1.out"), "2");
    w.end("1", { ...task("COMPLETED"), outputPaths: [join(folder, "slurm-1.out")] });
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
  };
  const keyOf = (name: string) => store.objects.get(`job1/${name}`)?.metadata["read-key"];
  /** Everything but the manifest that people and other machines get to see. */
  const told = () =>
    JSON.stringify([
      lines,
      w.published,
      [...store.objects.entries()].flatMap(([key, { body }]) =>
        key.endsWith("job-aws-manifest.json") ? [key] : [key, body.toString()],
      ),
      [...store.objects.entries()].flatMap(([key, { metadata }]) =>
        key.startsWith("job1/") && !PROTOCOL_FILES.has(key.slice(5)) ? [] : [metadata],
      ),
    ]);
  return { w, metadata, folder, end, keyOf, told };
}

test.each([false, true])(
  "results have the submission's read key, and nothing else has (agent started anew: %p)",
  async (isAnew) => {
    const { w, metadata, end, keyOf, told } = await scene({ readKey: KEY });
    const agent = await w.start();
    await w.ask("job1", "FILE_UPLOAD", await metadata());
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    if (isAnew) {
      agent.kill();
      await w.start();
    }
    await end();
    expect(["made", "slurm-1.out"].map(keyOf)).toEqual([KEY, KEY]);
    for (const name of PROTOCOL_FILES) expect([name, keyOf(name)]).toEqual([name, undefined]);
    expect(told()).not.toContain(KEY);
  },
);

test("results of a submission without a read key have none", async () => {
  const { w, metadata, end, keyOf } = await scene({});
  await w.start();
  await w.ask("job1", "FILE_UPLOAD", await metadata());
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  await end();
  expect(["made", "slurm-1.out"].map(keyOf)).toEqual([undefined, undefined]);
});

test("after a lost journal, results have the key of the very manifest that was submitted", async () => {
  for (const isReplaced of [false, true]) {
    const { w, metadata, end, keyOf } = await scene({ readKey: KEY });
    w.store.keepsVersions = false;
    const agent = await w.start();
    const { submission } = await w.claim("job1", "FILE_UPLOAD", await metadata());
    w.deliver("job1", submission);
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    agent.kill();
    if (isReplaced)
      await writeInputManifest(w.store, "job1", [], { readKey: "of-whoever-may-write-under-job1" });
    w.loseJournal();
    await w.start();
    w.deliver("job1", submission);
    await w.until(() => existsSync(join(w.home, "journal")));
    await end();
    expect(keyOf("made")).toBe(isReplaced ? undefined : KEY);
  }
});

test.each([1, 2, 3, 4])(
  "an agent killed while it stages results of another job decides anew: request %i",
  async (at) => {
    const { w, metadata, folder } = await scene({
      from: [{ prefix: "first", path: "out", readKey: OTHER }],
    });
    const agent = await w.start();
    let fetched = 0;
    let isKilled = false;
    w.store.before = async (operation) => {
      if (operation !== "getFile" || ++fetched < at) return;
      agent.kill();
      isKilled = true;
      await new Promise(() => undefined);
    };
    await w.ask("job1", "FILE_UPLOAD", await metadata());
    await w.until(() => isKilled);
    w.store.before = () => undefined;
    // A later run of that job has returned one, and taken another away.
    await w.store.put("first/out/a", "later", { metadata: { "read-key": KEY } });
    await w.store.delete("first/out/b");
    await w.start();
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    expect(Object.keys(snapshot(folder)).toSorted()).toEqual(["job-aws-run.sh", "out/c"]);
    expect(readFileSync(join(folder, "out/c"), "utf8")).toBe("out/c");
  },
);

test("a try that failed for now is repeated with the same results", async () => {
  const { w, metadata, folder } = await scene({
    from: [{ prefix: "first", path: "out", readKey: OTHER }],
  });
  let listed = 0;
  let failures = 0;
  w.store.before = (operation, key) => {
    if (operation === "list" && key.startsWith("first/")) listed += 1;
    if (operation === "getFile" && key === "first/out/b" && failures++ < 3)
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
  };
  await w.start();
  await w.ask("job1", "FILE_UPLOAD", await metadata());
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  expect(listed).toBe(1);
  expect(Object.keys(snapshot(folder))).toHaveLength(4);
});
