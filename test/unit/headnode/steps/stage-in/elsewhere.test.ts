import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { writeInputManifest } from "../../../../../bucket/job-objects/manifest.ts";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import type { Input } from "../../../../../protocol/manifest.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";
import { stage } from "../../../../support/staging.ts";

const KEY = "alices-key-of-128-bits-and-more";
const OTHER = "another-key-of-128-bits-or-more";
const SECRET = "alice--x/secret";
const SCRIPT = "#!/bin/sh\n";

/** A bucket with an object of alice's, and with bob's script. */
async function bucket(keepsVersions = true) {
  const store = new MemoryStore();
  store.keepsVersions = keepsVersions;
  const put = async (key: string, text: string, metadata: Record<string, string> = {}) => {
    let version: string | undefined;
    const onVersion = (id: string) => void (version = id);
    const etag = (await store.put(key, text, { metadata, onVersion })) ?? "";
    return { size: text.length, etag, ...(version !== undefined && { version }) };
  };
  const secret = await put(SECRET, "of alice", { "read-key": KEY, mode: "0755" });
  const script = { path: "job-aws-run.sh", ...(await put("bob--x/job-aws-run.sh", SCRIPT)) };
  /** Stages bob's job with inputs besides his script. */
  const staged = async (...inputs: Input[]) =>
    stage(store, "bob--x", await writeInputManifest(store, "bob--x", [script, ...inputs]));
  return { store, put, secret, staged };
}

type Bucket = Awaited<ReturnType<typeof bucket>>;

/** The words of an end by an input that is not to be had, whatever the reason. */
const REFUSED = {
  phase: "failing",
  outcome: "rejected",
  error: {
    code: "inputs-changed",
    message: '"in": no longer what was submitted, or not for this submission to read; submit again',
  },
  stageIn: {
    verdict: "partial",
    files: 1,
    bytes: SCRIPT.length,
    skipped: [{ path: "in", code: "input-changed", values: {}, reason: expect.any(String) }],
    skippedCount: 1,
  },
};

describe("an input elsewhere in the bucket", () => {
  test("comes, for who knows its read key, with its own metadata or what the manifest says", async () => {
    const { store, secret, staged, put } = await bucket();
    const source = { key: SECRET, readKey: KEY };
    const link = await put("alice--x/link", "a link", { "read-key": KEY, symlink: "in" });
    const { result, folder } = await staged(
      { path: "in", ...secret, source },
      { path: "said/in", ...secret, source, mode: "0600", mtime: "1000.5" },
      { path: "link", ...link, source: { key: "alice--x/link", readKey: KEY } },
      { path: "empty/", size: 0, etag: "e", source: { key: "alice--x/empty/", readKey: OTHER } },
    );
    expect(result).toMatchObject({ phase: "staged", stageIn: { verdict: "complete", files: 4 } });
    expect(readFileSync(join(folder, "in"), "utf8")).toBe("of alice");
    expect(statSync(join(folder, "in")).mode & 0o777).toBe(0o755);
    expect(statSync(join(folder, "said/in"))).toMatchObject({ mode: 0o100600, mtimeMs: 1000_500 });
    expect(readlinkSync(join(folder, "link"))).toBe("in");
    expect(store.requests).not.toHaveProperty("list");
  });

  test("may be below the job's own prefix, under another name", async () => {
    const { put, staged } = await bucket();
    const own = await put("bob--x/a", "1", { "read-key": OTHER });
    const source = { key: "bob--x/a", readKey: OTHER };
    const { result, folder } = await staged({ path: "b", ...own, source });
    expect(result?.phase).toBe("staged");
    expect(readFileSync(join(folder, "b"), "utf8")).toBe("1");
  });

  const sourced = (key: string, readKey: string, facts: Omit<Input, "path">): Input => ({
    path: "in",
    ...facts,
    source: { key, readKey },
  });
  const asSecret = (b: Bucket, key: string, metadata?: Record<string, string>) =>
    b.put(key, "of alice", metadata);
  const forged: [string, (b: Bucket) => Promise<Input>][] = [
    ["with a key that was guessed", async (b) => sourced(SECRET, OTHER, b.secret)],
    ["whose read key begins like it", async (b) => sourced(SECRET, KEY.slice(0, -1), b.secret)],
    ["that is not there", async (b) => sourced("alice--x/none", KEY, b.secret)],
    ["of another ETag", async () => sourced(SECRET, KEY, { size: 8, etag: "f".repeat(32) })],
    ["of another size", async (b) => sourced(SECRET, KEY, { ...b.secret, size: 9 })],
    [
      "of a version that never was",
      async (b) => sourced(SECRET, OTHER, { ...b.secret, version: "v" }),
    ],
    [
      "without a read key",
      async (b) => sourced("alice--x/y", KEY, await asSecret(b, "alice--x/y")),
    ],
    [
      "with an empty one",
      async (b) => sourced("alice--x/y", KEY, await asSecret(b, "alice--x/y", { "read-key": "" })),
    ],
    [
      "with the key of another object",
      async (b) => {
        await asSecret(b, "bob--x/same", { "read-key": OTHER });
        return sourced(SECRET, OTHER, b.secret);
      },
    ],
    ...[
      "alice--x/../alice--x/secret",
      "alice--x/./secret",
      "alice--x//secret",
      "bob--x/../.cloud-submit/heartbeat.json",
      "alice--x/job-aws-job.json",
      "alice--x/job-aws-manifest.json",
      "alice--x/job-aws-stat.txt",
      "alice--x/a\0b",
      `alice--x/${"é".repeat(600)}`,
    ].map((key): [string, (b: Bucket) => Promise<Input>] => [
      `with the key ${JSON.stringify(key.slice(0, 40))}`,
      async (b) => {
        const held = { lastModified: undefined, versionId: undefined };
        b.store.hold(key, Buffer.from("of alice"), { ...held, metadata: { "read-key": KEY } });
        return sourced(key, KEY, b.secret);
      },
    ]),
  ];

  test.each(forged)("%s: the same end in the same words", async (_, forge) => {
    for (const keepsVersions of [true, false]) {
      const b = await bucket(keepsVersions);
      const { result, workRoot } = await b.staged(await forge(b));
      expect(result).toEqual(REFUSED);
      expect(existsSync(join(workRoot, "bob--x"))).toBe(false);
    }
  });

  test.each(["InvalidObjectState", "AccessDenied", "KMS.DisabledException"])(
    "that S3 refuses (%s): the same",
    async (name) => {
      const { store, secret, staged } = await bucket();
      store.before = (operation, key) => {
        if (operation === "getFile" && key === SECRET)
          throw new S3Error(name, `${name} of alice`, { status: 403 });
      };
      expect((await staged(sourced(SECRET, KEY, secret))).result).toEqual(REFUSED);
    },
  );

  test("a key below the system's folder is in no manifest", async () => {
    const { staged, secret } = await bucket();
    const source = { key: ".cloud-submit/records/alice--x.json", readKey: KEY };
    await expect(staged({ path: "in", ...secret, source })).rejects.toMatchObject({
      code: "stage-in-failed",
    });
  });
});

describe("an input elsewhere that was replaced after the submission", () => {
  test.each([
    ["other bytes", "of someone", KEY],
    ["the same bytes with another key", "of alice", OTHER],
    ["the same bytes with none", "of alice", undefined],
  ])("by %s: comes in its version, or not at all", async (_, text, key) => {
    for (const keepsVersions of [true, false]) {
      const { put, secret, staged } = await bucket(keepsVersions);
      await put(SECRET, text, key === undefined ? {} : { "read-key": key });
      const source = { key: SECRET, readKey: KEY };
      const { result, folder } = await staged({ path: "in", ...secret, source });
      if (!keepsVersions) expect(result).toEqual(REFUSED);
      else expect(readFileSync(join(folder, "in"), "utf8")).toBe("of alice");
    }
  });
});

test("whatever a manifest says, a job has an object's bytes only with that object's own key", async () => {
  const names = fc.constantFrom("a", "b", "c");
  const keys = fc.constantFrom(KEY, OTHER, randomBytes(16).toString("base64url"));
  let came = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(names, fc.record({ text: fc.constantFrom("1", "22"), key: keys })),
      fc.uniqueArray(fc.record({ path: names, of: names, like: names, key: keys }), {
        selector: ({ path }) => path,
        minLength: 1,
      }),
      async (objects, asked) => {
        const { put, staged } = await bucket();
        const facts = new Map<string, Awaited<ReturnType<typeof put>>>();
        for (const [name, { text, key }] of Object.entries(objects))
          facts.set(name, await put(`alice--x/${name}`, text, { "read-key": key }));
        const inputs = asked.map(({ path, of, like, key }) => ({
          path,
          ...(facts.get(like) ?? { size: 1, etag: "e" }),
          source: { key: `alice--x/${of}`, readKey: key },
        }));
        const { result, folder } = await staged(...inputs);
        const mayHave = asked.every(({ of, like, key }) => {
          const [object, named] = [objects[of], objects[like]];
          return object?.key === key && named?.text === object.text;
        });
        expect(result?.phase).toBe(mayHave ? "staged" : "failing");
        if (!mayHave) return expect(existsSync(folder)).toBe(false);
        came += 1;
        for (const { path, of } of asked)
          expect(readFileSync(join(folder, path), "utf8")).toBe(objects[of]?.text);
      },
    ),
    { numRuns: 150 },
  );
  expect(came).toBeGreaterThan(0);
});
