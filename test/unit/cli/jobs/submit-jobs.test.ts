import { hash, randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Context } from "../../../../cli/context.ts";
import type { SubmitOptions } from "../../../../cli/jobs/submit-job.ts";
import { submitJobs, type Told } from "../../../../cli/jobs/submit-jobs.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { type WayOn, wayOnLine } from "../../../../cli/ui/way-on.ts";
import { parseManifest } from "../../../../protocol/manifest.ts";
import type { MemoryStore } from "../../../support/memory-store.ts";
import { policedStore } from "../../../support/policed-store.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext, testInterrupt } from "../../../support/test-ui.ts";

const MiB = 1 << 20;
const s3 = s3Scene();

function scene(store?: MemoryStore) {
  const { context, ...rest } = testContext();
  const ours: Context = { ...context, ...(store && { store }), sentStates: temporaryFolder() };
  const submit = async (paths: readonly string[], options: SubmitOptions = {}, by = ours) => {
    const told: Told[] = [];
    rest.clock.ms += 1000;
    const exitCode = await submitJobs(by, paths, options, (one) => void told.push(one));
    return { exitCode, told };
  };
  return { ...rest, context: ours, submit };
}

function folder(files: Readonly<Record<string, Buffer | string>>, root = temporaryFolder()) {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "job-aws-run.sh"), "#!/bin/sh\n");
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  return root;
}

/** The digest of a content: Jest compares buffers byte by byte. */
const digest = (content: Buffer | undefined) => content && hash("sha256", content, "hex");

/** The inputs that a submission names, as their content: each object is looked up where the manifest says that it is. */
function namedBy(store: MemoryStore, prefix: string): Record<string, string | undefined> {
  const inputs = parseManifest(store.text(`${prefix}/job-aws-manifest.json`)!)!.inputs;
  return Object.fromEntries(
    [...inputs.values()].map(({ path, etag, size, source }) => {
      const object = store.objects.get(source?.key ?? `${prefix}/${path}`);
      if (source) expect(object?.metadata["read-key"]).toBe(source.readKey);
      expect([object?.etag, object?.body.length]).toEqual([etag, size]);
      return [path, digest(object?.body)];
    }),
  );
}

test("fifty folders that share a file of 4 MiB send it once, with one HEAD for each other one", async () => {
  const { submit, context } = scene();
  const shared = randomBytes(4 * MiB);
  const base = temporaryFolder();
  const folders = Array.from({ length: 50 }, (_, n) =>
    folder({ shared, own: `case ${n}` }, join(base, `case${n}`)),
  );
  s3.server.pageSize = 1000;
  const { exitCode, told } = await submit(folders, {}, { ...context, store: s3.store });
  expect([exitCode, told.length]).toEqual([0, 50]);
  const up = s3.server.seen.reduce((sum, { body }) => sum + body.length, 0);
  expect(up).toBeLessThan(5e6);
  expect([s3.server.count("PUT", /shared$/), s3.server.count("HEAD")]).toEqual([1, 49]);
  const first = told[0] as { prefix: string };
  for (const one of told.slice(1) as { prefix: string; named: number }[]) {
    expect(one.named).toBe(1);
    const text = s3.server.objects.get(`${one.prefix}/job-aws-manifest.json`)!.body.toString();
    const { key } = parseManifest(text)!.inputs.get("shared")!.source!;
    expect(key).toBe(`${first.prefix}/shared`);
  }
}, 60_000);

describe("a file that was sent before", () => {
  const big = randomBytes(MiB);

  test("is named by a later process, with the read key of its object and its own mode", async () => {
    const { submit, store } = scene();
    await submit([folder({ big })], { prefix: "a" });
    const keys = [...store.objects].map(([key, { metadata }]) => [key, metadata["read-key"]]);
    expect(Object.fromEntries(keys)).toMatchObject({
      "a/big": expect.any(String),
      "a/job-aws-run.sh": expect.any(String),
    });
    store.requests = {};
    expect(await submit([folder({ renamed: big })], { prefix: "b" })).toMatchObject({
      told: [{ files: 1, named: 1, unchanged: 0 }],
    });
    expect(store.requests).toEqual({ get: 1, list: 1, proof: 1, put: 3 });
    const manifest = parseManifest(store.text("b/job-aws-manifest.json")!)!;
    const { versionId, metadata } = store.objects.get("a/big")!;
    expect(manifest.inputs.get("renamed")).toMatchObject({
      version: versionId,
      mode: expect.stringMatching(/^0[0-7]{3}$/),
      source: { key: "a/big", readKey: metadata["read-key"] },
    });
    expect(manifest.readKey).not.toBe(metadata["read-key"]);
  });

  test.each<[string, (store: MemoryStore) => void]>([
    ["is gone", (store) => store.objects.delete("a/big")],
    [
      "was replaced",
      (store) => store.hold("a/big", randomBytes(MiB), { ...store.objects.get("a/big")! }),
    ],
    ["has no read key", (store) => void (store.objects.get("a/big")!.metadata = {})],
    [
      "has one that is none",
      (store) => void (store.objects.get("a/big")!.metadata = { "read-key": "x" }),
    ],
  ])("is sent again when its object %s, and named the next time", async (_name, change) => {
    const { submit, store } = scene();
    await submit([folder({ big })], { prefix: "a" });
    change(store);
    expect(await submit([folder({ big })], { prefix: "b" })).toMatchObject({
      told: [{ named: 0 }],
    });
    expect(namedBy(store, "b").big).toBe(digest(big));
    expect(await submit([folder({ big })], { prefix: "c" })).toMatchObject({
      told: [{ named: 1 }],
    });
    expect(namedBy(store, "c").big).toBe(digest(big));
  });

  test("is sent by a user who may read under another prefix only", async () => {
    let own = "alice--";
    const store = policedStore((_action, target) =>
      ("key" in target ? target.key : target.listed).startsWith(own),
    );
    const { submit } = scene(store);
    await submit([folder({ big })], { prefix: "alice--a" });
    own = "bob--";
    expect(await submit([folder({ big })], { prefix: "bob--a" })).toMatchObject({
      exitCode: 0,
      told: [{ named: 0, files: 2 }],
    });
  });

  test("is sent where --self-contained says so, where an older one is at its place, or nothing is listed", async () => {
    const { submit, store } = scene();
    await submit([folder({ big })], { prefix: "a" });
    const selfContained = { prefix: "b", selfContained: true };
    expect(await submit([folder({ big })], selfContained)).toMatchObject({ told: [{ named: 0 }] });
    await store.put("c/big", "older");
    expect(await submit([folder({ big })], { prefix: "c" })).toMatchObject({
      told: [{ named: 0 }],
    });
    expect(digest(store.objects.get("c/big")?.body)).toBe(digest(big));
    store.before = (operation) => {
      if (operation === "list") throw Object.assign(new Error("no"), { name: "AccessDenied" });
    };
    expect(await submit([folder({ big })], { prefix: "d" })).toMatchObject({
      told: [{ named: 0 }],
    });
  });

  test("is named again by the next submission of the same prefix, and --delete removes nothing of it", async () => {
    const { submit, store } = scene();
    await submit([folder({ big })], { prefix: "a" });
    const root = folder({ big });
    await submit([root], { prefix: "b" });
    await store.put("b/job-aws-stat.txt", "JOB_COMPLETE\n");
    expect(await submit([root], { prefix: "b", delete: true })).toMatchObject({
      told: [{ named: 1, files: 0, unchanged: 1, deleted: 0 }],
    });
    expect([store.objects.has("a/big"), store.objects.has("b/big")]).toEqual([true, false]);
  });
});

test("a manifest names exactly what is in the folder, whatever becomes of folders and objects", async () => {
  const contents = ["A", "B", "C"].map((one) => Buffer.alloc(MiB, one));
  const files = fc.dictionary(fc.constantFrom("x", "y", "z"), fc.nat({ max: 2 }), { maxKeys: 3 });
  const step = fc.record({
    files: fc.array(files, { minLength: 1, maxLength: 3 }),
    harm: fc.option(fc.nat()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const { submit, store } = scene();
      for (const { files: all, harm } of steps) {
        const folders = all.map((one) =>
          folder(
            Object.fromEntries(Object.entries(one).map(([name, at]) => [name, contents[at]!])),
          ),
        );
        const { told } = await submit(folders);
        for (const [at, one] of told.entries()) {
          const named = namedBy(store, (one as { prefix: string }).prefix);
          delete named["job-aws-run.sh"];
          const expected = Object.entries(all[at]!).map(([name, of]) => [
            name,
            digest(contents[of]),
          ]);
          expect(named).toEqual(Object.fromEntries(expected));
        }
        const large = [...store.objects.keys()].filter((key) => /\/[xyz]$/.test(key));
        const victim = large[(harm ?? 0) % Math.max(1, large.length)];
        if (harm === null || victim === undefined) continue;
        if (harm % 2 === 0) store.objects.delete(victim);
        else await store.put(victim, Buffer.alloc(MiB, "other"));
      }
    }),
    { numRuns: 8 },
  );
}, 60_000);

describe("several folders", () => {
  test("one that fails does not keep the others back; the exit code is the worst", async () => {
    const { submit, err, context } = scene();
    const base = temporaryFolder();
    const good = ["one", "two"].map((name) => folder({ name }, join(base, name)));
    const bad = join(base, "bad");
    mkdirSync(bad);
    const { exitCode, told } = await submit([good[0]!, bad, good[1]!]);
    // Not 2: that says that nothing was submitted.
    expect(exitCode).toBe(6);
    expect(told).toMatchObject([
      { path: good[0], files: 2 },
      { path: bad, exitCode: 2, error: { code: "no-script" } },
      { path: good[1], files: 2 },
    ]);
    expect(err.join("\n")).toContain(`cloud-submit: ${bad}: it has no job-aws-run.sh`);
    expect(context.interrupt.wayOn?.command).toMatch(/^cloud-submit wait one-\S+ two-\S+$/);
    expect(await submit([bad, bad])).toMatchObject({ exitCode: 2 });
  });

  test("one that fails is named once, in a language that begins with the kind of error, too", async () => {
    const { submit, err, context } = scene();
    const bad = temporaryFolder();
    await submit([bad, temporaryFolder()], {}, { ...context, say: sayIn(ja.messages) });
    expect(err[0]).toMatch(/^cloud-submit: ジョブスクリプトがありません: /);
    expect(err[0]?.split(bad)).toHaveLength(2);
  });

  test("an interruption tells how to go on with this one and the rest", async () => {
    const { submit, context, store } = scene();
    const base = temporaryFolder();
    const both = ["one", "two"].map((name) => folder({ name }, join(base, name)));
    const commands: (string | undefined)[] = [];
    const lines = new Set<string | undefined>();
    store.before = () => {
      const { wayOn } = context.interrupt;
      commands.push(wayOn?.command);
      lines.add(wayOn && wayOnLine(sayEnglish, wayOn).split(";")[0]);
    };
    await submit(both, { sbatchOptions: ["--time=1"] });
    expect(commands[0]).toMatch(
      /^cloud-submit submit \S+one --prefix one-\S+ -- --time=1; cloud-submit submit \S+two -- --time=1$/,
    );
    expect(commands.at(-1)).not.toContain("submit one");
    const uploading = "Uploaded files stay in the bucket";
    const asking = expect.stringMatching(/. The job may have been submitted. To check:/);
    expect([...lines]).toEqual([
      `0 of 2 were submitted. ${uploading}`,
      asking,
      `1 of 2 were submitted. ${uploading}`,
      asking,
    ]);
  });

  test("before the next has begun, an interruption names it and the rest", async () => {
    const { submit, context } = scene();
    const all = [folder({}), "gone", "gone too"];
    const ways: (WayOn | undefined)[] = [];
    await submit(all, {}, { ...context, interrupt: testInterrupt(ways) });
    const said = ways.map((wayOn) => wayOn && wayOnLine(sayEnglish, wayOn));
    expect(said).toContain("1 of 3 were submitted. To go on: cloud-submit submit gone 'gone too'");
    expect(said.at(-1)).toMatch(/^The job continues/);
  });

  test("one that is given twice, in one way or another, is two jobs", async () => {
    const { submit } = scene();
    const root = folder({});
    const { told } = await submit([root, root, `${root}/./`]);
    expect(new Set((told as { prefix: string }[]).map(({ prefix }) => prefix)).size).toBe(3);
  });

  test("one prefix cannot name them all: nothing is sent", async () => {
    const { submit, store } = scene();
    await expect(submit([folder({}), folder({})], { prefix: "j" })).rejects.toMatchObject({
      code: "usage",
    });
    expect(store.writes).toEqual([]);
  });

  test("a folder that is gone by then is told of, and the file that another would have named is sent", async () => {
    const { submit } = scene();
    const gone = folder({ big: randomBytes(MiB) });
    rmSync(gone, { recursive: true });
    expect(await submit([gone, folder({})])).toMatchObject({
      exitCode: 6,
      told: [{ error: { code: "usage" } }, { files: 1 }],
    });
  });
});
