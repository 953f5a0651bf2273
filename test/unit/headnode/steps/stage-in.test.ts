import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type SubmitOptions, submitJob } from "../../../../cli/jobs/submit-job.ts";
import { CloudSubmitError } from "../../../../protocol/error.ts";
import { MANIFEST_MAX_BYTES } from "../../../../protocol/manifest.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { snapshot, stage } from "../../../support/staging.ts";
import { testContext } from "../../../support/test-ui.ts";

const PREFIX = "job1";
const SCRIPT = "#!/bin/sh\n";
const SCRIPT_ETAG = createHash("md5").update(SCRIPT).digest("hex");

/** A client with a folder of its own, in a bucket. */
function client(files: Record<string, string> = {}, keepsVersions = true) {
  const { context, store, requests } = testContext();
  store.keepsVersions = keepsVersions;
  const folder = scriptFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const submit = (options: SubmitOptions = {}) =>
    submitJob(context, folder, { prefix: PREFIX, ...options });
  return { store, requests, folder, submit };
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`data/${n}`, `content ${n}`]));

describe("a job begins with", () => {
  test("exactly what its submitter has: names, modes, links, empty folders; nothing stale", async () => {
    const { store, folder, submit } = client({
      "a b/é+%41.txt": "1",
      "line\nbreak": "2",
      "back\\slash": "3",
      "-n": "4",
      ["__proto__"]: "5",
      "\u{1f4a5}": "",
      "own/job-aws-stat.txt": "6",
      "job-aws-job.json": "of an earlier run",
    });
    mkdirSync(join(folder, "empty/inner"), { recursive: true });
    symlinkSync("a b/é+%41.txt", join(folder, "link"));
    symlinkSync("empty", join(folder, "to a folder"));
    chmodSync(join(folder, "-n"), 0o755);
    await store.put(`${PREFIX}/stale`, "of an earlier run");
    await store.put(`${PREFIX}/stale folder/`, "");
    await submit();
    const staged = await stage(store, PREFIX);
    expect(staged.result).toMatchObject({ phase: "staged", stageIn: { verdict: "complete" } });
    expect(snapshot(staged.folder)).toEqual(snapshot(folder));
  });

  test("the mode that a file has here, though its object was there with another", async () => {
    const { store, folder, submit } = client({ tool: "#!/bin/sh\n" });
    await submit();
    await store.put(`${PREFIX}/job-aws-stat.txt`, "JOB_COMPLETE");
    chmodSync(join(folder, "tool"), 0o755);
    expect(await submit()).toMatchObject({ files: 0, unchanged: 2 });
    expect(snapshot((await stage(store, PREFIX)).folder)).toEqual(snapshot(folder));
  });

  test("everything under the prefix, when its client wrote no manifest", async () => {
    const { store, requests } = client();
    await store.put(`${PREFIX}/job-aws-run.sh`, "#!/bin/sh\n");
    await store.put(`${PREFIX}/data`, "1");
    await store.put(`${PREFIX}/job-aws-manifest.json`, "of another client");
    await store.put(`${PREFIX}/job-aws-stat.txt`, "FILE_UPLOAD");
    requests.length = 0;
    const { result, folder } = await stage(store, PREFIX);
    expect(result?.phase).toBe("staged");
    expect(Object.keys(snapshot(folder)).toSorted()).toEqual(["data", "job-aws-run.sh"]);
    expect(requests.toSorted()).toEqual([
      `getFile ${PREFIX}/data`,
      `getFile ${PREFIX}/job-aws-run.sh`,
      `list ${PREFIX}/`,
    ]);
  });

  test.each([0, 1, 150])("one request more than its files: %i and its script", async (count) => {
    const { store, submit } = client(many(count));
    await submit();
    expect(store.requests).toEqual({ get: 1, list: 1, put: count + 1 + 2 });
    store.requests = {};
    await stage(store, PREFIX);
    expect(store.requests).toEqual({ get: 1, getFile: count + 1 });
  });
});

describe("when objects were replaced after the submission", () => {
  /** Another client, that knows nothing of this one, writes all of it anew. */
  async function overwrite(store: ReturnType<typeof client>["store"], what = /./) {
    for (const key of store.objects.keys())
      if (what.test(key) && !key.endsWith("stat.txt")) await store.put(key, `not ${key}`);
  }

  test("a bucket with versions has them still: two requests for each", async () => {
    const { store, folder, submit } = client(many(20));
    await submit();
    await overwrite(store);
    await store.delete(`${PREFIX}/data/7`);
    store.requests = {};
    const staged = await stage(store, PREFIX);
    expect(staged.result?.phase).toBe("staged");
    expect(snapshot(staged.folder)).toEqual(snapshot(folder));
    expect(store.requests).toEqual({ get: 2, getFile: 2 * 21 });
  });

  test("in another bucket the job ends, and its record names them; nothing stays on disk", async () => {
    const { store, submit } = client(many(1200), false);
    await submit();
    await overwrite(store, /data/);
    await store.delete(`${PREFIX}/data/7`);
    const { result, folder } = await stage(store, PREFIX);
    expect(result).toMatchObject({
      phase: "failing",
      outcome: "rejected",
      error: { code: "inputs-changed", message: expect.stringMatching(/and 1197 more/) },
      stageIn: { verdict: "partial", skippedCount: 1200 },
    });
    expect(result?.stageIn?.skipped).toHaveLength(1000);
    for (const { code } of result?.stageIn?.skipped ?? []) expect(code).toBe("input-changed");
    expect(result?.error?.message.length).toBeLessThan(1000);
    expect(existsSync(folder)).toBe(false);
  });

  test("one is enough", async () => {
    const { store, submit } = client(many(3), false);
    await submit();
    await overwrite(store, /data\/1/);
    const { result } = await stage(store, PREFIX);
    expect(result).toMatchObject({ error: { code: "inputs-changed" } });
    expect(result?.stageIn?.skipped.map(({ path }) => path)).toEqual(["data/1"]);
  });

  test.each(["replaced", "removed"])("a manifest that was %s is none", async (how) => {
    const { store, submit } = client({}, false);
    await submit();
    const key = `${PREFIX}/job-aws-manifest.json`;
    await (how === "removed" ? store.delete(key) : store.put(key, '{"version":1,"inputs":[]}'));
    await expect(stage(store, PREFIX)).rejects.toMatchObject({ code: "inputs-changed" });
  });

  test("the same bytes as a link, or with another mode, are not another client's", async () => {
    const { store, folder, submit } = client({ data: "1" }, false);
    symlinkSync("data", join(folder, "link"));
    await submit();
    for (const [key, { body }] of store.objects) {
      if (/stat\.txt|manifest/.test(key)) continue;
      await store.put(key, body, { metadata: { symlink: "elsewhere", mode: "0700" } });
    }
    const staged = await stage(store, PREFIX);
    expect(staged.result?.phase).toBe("staged");
    expect(snapshot(staged.folder)).toEqual(snapshot(folder));
  });
});

describe("a manifest that somebody made up", () => {
  /** Stages what a manifest of this text names; the submission ends or begins, whatever it says. */
  async function forged(text: string) {
    const { store } = client();
    for (const name of ["job-aws-run.sh", "d", "d/e", "a/../../b", "../../b"])
      await store.put(`${PREFIX}/${name}`, SCRIPT);
    await store.put("victim/secret", SCRIPT);
    const etag = (await store.put(`${PREFIX}/job-aws-manifest.json`, text)) ?? "";
    await store.put(`${PREFIX}/job-aws-stat.txt`, "FILE_UPLOAD", { metadata: { manifest: etag } });
    try {
      const { result, workRoot } = await stage(store, PREFIX);
      const paths = Object.keys(snapshot(workRoot));
      return { code: result?.error?.code, phase: result?.phase, paths };
    } catch (error) {
      if (!(error instanceof CloudSubmitError)) throw error;
      return { code: error.code, phase: "failing", paths: [] };
    }
  }

  const script = (more: object = {}) => ({
    path: "job-aws-run.sh",
    size: 10,
    etag: SCRIPT_ETAG,
    ...more,
  });
  const naming = (...inputs: unknown[]) => JSON.stringify({ version: 1, inputs });

  test.each([
    ["no JSON", "{"],
    ["another version", '{"version":2,"inputs":[]}'],
    ["a field that this agent does not know", naming(script({ key: "victim/secret" }))],
    ["a path twice", naming(script(), script())],
    ["no path", naming(script({ path: "" }))],
    ["a size that is none", naming(script({ size: -1 }))],
    ["an ETag that would end its header", naming(script({ etag: 'a"\r\nx: y' }))],
    ["a path out of the folder", naming(script({ path: "../victim/secret" }))],
    ["an absolute path", naming(script({ path: "/etc/passwd" }))],
    ["a NUL", naming(script({ path: "a\0b" }))],
    ["half a character", naming(script({ path: "a\ud800" }))],
    ["a key that is too long", naming(script({ path: "a/".repeat(600) + "b" }))],
    ["the agent's own folder", naming(script({ path: ".cloud-submit-parts/x" }))],
  ])("with %s ends as stage-in-failed", async (_what, text) => {
    expect(await forged(text)).toMatchObject({ code: "stage-in-failed", phase: "failing" });
  });

  test.each([
    ["another size", { size: 11 }],
    ["another ETag", { etag: "other" }],
    ["a version that never was", { etag: "other", version: "../../x?y&z" }],
  ])("with %s ends as inputs-changed", async (_what, more) => {
    expect(await forged(naming(script(more)))).toMatchObject({
      code: "inputs-changed",
      phase: "failing",
    });
  });

  test("without the job script ends as no-script", async () => {
    expect(await forged(naming())).toMatchObject({ code: "no-script" });
  });

  test("that is too long is not read", async () => {
    const { store } = client();
    const body = Buffer.alloc(MANIFEST_MAX_BYTES + 1, " ");
    const etag = store.hold(`${PREFIX}/job-aws-manifest.json`, body, {
      versionId: undefined,
      lastModified: undefined,
      metadata: {},
    });
    await expect(stage(store, PREFIX, { etag })).rejects.toMatchObject({ code: "stage-in-failed" });
  });

  test("has an end and stays in the job's folder, whatever it names", async () => {
    const odd = fc.string({ unit: "binary" });
    const input = fc.record(
      {
        path: fc.oneof(
          fc.constantFrom("job-aws-run.sh", "..", "a/../../b", "../../b", "job-aws-stat.txt"),
          fc.constantFrom("d/", "d", "d/e", "/d", "d//e", "__proto__"),
          odd.filter((path) => path !== ""),
        ),
        size: fc.constantFrom(10, 10, 10, 11, 2 ** 40),
        etag: fc.constantFrom(SCRIPT_ETAG, SCRIPT_ETAG, SCRIPT_ETAG, "other"),
        version: fc.constantFrom("version1", "version2", "none"),
        mode: fc.oneof(fc.constantFrom("0755", "4777", "-1"), odd),
        mtime: fc.oneof(fc.constantFrom("1.5", "9e99"), odd),
        symlink: fc.oneof(fc.constantFrom("..", "../../..", "/etc/passwd", "d", "%2e%2e/x"), odd),
      },
      { requiredKeys: ["path", "size", "etag"] },
    );
    const phases = new Set<string | undefined>();
    await fc.assert(
      fc.asyncProperty(fc.array(input, { maxLength: 6 }), async (list) => {
        const { phase, paths } = await forged(naming(script(), ...list));
        phases.add(phase);
        expect(["staged", "failing"]).toContain(phase);
        for (const path of paths) expect(path).toMatch(/^job1\/(s1\/|$)/);
      }),
      { numRuns: 200 },
    );
    expect(phases.size).toBe(2);
  });
});
