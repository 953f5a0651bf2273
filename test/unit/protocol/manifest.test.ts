import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  FROM_MAX,
  formatManifest,
  INPUTS_MAX,
  type Input,
  MANIFEST_MAX_BYTES,
  manifestMetadata,
  manifestOf,
  parseManifest,
} from "../../../protocol/manifest.ts";

const readKey = fc.stringMatching(/^[A-Za-z0-9_-]{22,64}$/);

const input = fc.record<Input>(
  {
    path: fc.string({ unit: "binary", minLength: 1 }),
    size: fc.maxSafeNat(),
    etag: fc.stringMatching(/^[0-9a-f]{32}(-\d{1,5})?$/),
    version: fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/),
    mode: fc.constantFrom("0644", "0755"),
    mtime: fc.constant("1.5"),
    symlink: fc.string(),
    source: fc.record({ key: fc.constantFrom("job/a", "a--b/c/d"), readKey }),
  },
  { requiredKeys: ["path", "size", "etag"] },
) as fc.Arbitrary<Input>;

const rule = fc.string({ minLength: 1, maxLength: 80 });
const more = fc.record(
  {
    readKey: readKey,
    from: fc.array(
      fc.record(
        {
          prefix: fc.constantFrom("job", "a--b"),
          path: fc.constantFrom("", "a", "a b/..c/é"),
          where: fc.constantFrom("", ".d", "in/x"),
          readKey,
        },
        { requiredKeys: ["prefix", "path", "readKey"] },
      ),
      { maxLength: 5 },
    ),
    results: fc.record({ only: fc.array(rule), not: fc.array(rule) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

describe("a manifest", () => {
  test("is read back as it was written, whatever the names", () => {
    fc.assert(
      fc.property(fc.uniqueArray(input, { selector: ({ path }) => path }), more, (inputs, told) => {
        const { inputs: read, ...rest } = parseManifest(formatManifest(inputs, told) ?? "")!;
        expect(rest).toEqual(told);
        expect(read.size).toBe(inputs.length);
        for (const one of inputs) expect(read.get(one.path)).toEqual(one);
      }),
    );
  });

  test.each([
    ["no key of a job", { source: { key: ".cloud-submit/pending/x", readKey: "k".repeat(22) } }],
    ["a prefix by itself", { source: { key: "job/", readKey: "k".repeat(22) } }],
    ["a read key that is too short", { source: { key: "job/a", readKey: "k".repeat(21) } }],
    ["what it does not know", { from: "job/a" }],
  ])("with an input of %s is none", (_, wrong) => {
    const inputs = [{ path: "a", size: 1, etag: "e", ...wrong }];
    expect(parseManifest(JSON.stringify({ version: 1, inputs }))).toBeUndefined();
  });

  test.each<[string, Record<string, unknown>]>([
    ["the system's folder", { prefix: ".cloud-submit" }],
    ["a prefix of two segments", { prefix: "a/b" }],
    ["dots", { path: "a/../b" }],
    ["dots alone", { path: ".." }],
    ["dots first", { where: "../a" }],
    ["a dot", { where: "a/." }],
    ["an empty segment", { path: "a//b" }],
    ["a slash first", { where: "/etc" }],
    ["a slash last", { path: "a/" }],
    ["a NUL", { path: "a\0" }],
    ["a path that is too long", { path: "a".repeat(1025) }],
    ["no read key", { readKey: undefined }],
    ["a read key that is too short", { readKey: "k".repeat(21) }],
    ["one more word", { key: "job/a" }],
    ["a number", { path: 1 }],
  ])("with results from %s is none", (_, wrong) => {
    const right = { prefix: "a", path: "b", where: "c", readKey: "k".repeat(22) };
    const text = (...from: unknown[]) => JSON.stringify({ version: 1, inputs: [], from });
    expect(parseManifest(text(right))).toBeDefined();
    expect(parseManifest(text(right, { ...right, ...wrong }))).toBeUndefined();
  });

  test("takes results from so many places at most; a dot is the folder itself", () => {
    const one = { prefix: "a", path: ".", where: ".", readKey: "k".repeat(22) };
    const text = (count: number) =>
      JSON.stringify({ version: 1, inputs: [], from: Array.from({ length: count }, () => one) });
    expect(parseManifest(text(FROM_MAX))?.from?.[0]).toEqual({ ...one, path: "", where: "" });
    expect(parseManifest(text(FROM_MAX + 1))).toBeUndefined();
  });

  test("is the same text in whatever order the files were sent", () => {
    const inputs = ["b", "a", "a/b", "B"].map((path) => ({ path, size: 1, etag: "e" }));
    expect(formatManifest(inputs.toReversed())).toBe(formatManifest(inputs));
  });

  test("of 100,000 files is one; too many, or too long, are none", () => {
    const inputs = Array.from({ length: INPUTS_MAX + 1 }, (_, n) => ({
      path: `a folder/another one/file-${n}.dat`,
      size: n,
      etag: "d41d8cd98f00b204e9800998ecf8427e",
      version: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
      mode: "0644",
      mtime: "1790000000.123456789",
    }));
    const text = formatManifest(inputs.slice(0, 100_000)) ?? "";
    expect(parseManifest(text)?.inputs.size).toBe(100_000);
    expect(formatManifest(inputs.slice(0, INPUTS_MAX))?.length).toBeLessThan(MANIFEST_MAX_BYTES);
    expect(formatManifest(inputs)).toBeUndefined();
    const long = inputs.slice(0, 60_000).map((one) => ({ ...one, path: one.path.repeat(30) }));
    expect(formatManifest(long)).toBeUndefined();
    const many = Array.from({ length: INPUTS_MAX + 1 }, () => 0);
    expect(parseManifest(JSON.stringify({ version: 1, inputs: many }))).toBeUndefined();
  });
});

describe("the metadata that names a manifest", () => {
  test.each([{ etag: "e" }, { etag: "a-1", version: "v+/=" }])("%j is read back", (id) => {
    expect(manifestOf(manifestMetadata(id))).toEqual(id);
  });

  test("is none where there is none", () => {
    expect(manifestOf({})).toBeUndefined();
    expect(manifestOf({ "manifest-version": "v" })).toBeUndefined();
  });

  test.each([
    { manifest: "" },
    { manifest: 'a"b' },
    { manifest: "a\r\nb" },
    { manifest: "a b" },
    { manifest: "x".repeat(257) },
    { manifest: "e", "manifest-version": "a b" },
  ])("%j cannot be read", (metadata) => {
    expect(manifestOf(metadata)).toBe("unreadable");
  });
});
