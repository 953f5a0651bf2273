import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  DATASET_MAX_BYTES,
  type DataInput,
  datasetMetadata,
  formatDataset,
  formatIncomplete,
  parseDataset,
  sizeByMetadata,
  sizeOf,
} from "../../../protocol/dataset.ts";
import { INPUTS_MAX } from "../../../protocol/manifest.ts";

const KEY = "k".repeat(22);
const AT = new Date("2026-11-24T12:00:00Z");
const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 20 })
  .filter((text) => !/[/\0]/.test(text) && text !== "." && text !== "..");
const path = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([names, isFolder]) => `in/${names.join("/")}${isFolder ? "/" : ""}`);
const input = fc.record<DataInput>(
  {
    path,
    size: fc.nat(),
    etag: fc.stringMatching(/^[0-9a-f]{32}(-\d{1,5})?$/),
    version: fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/),
    mode: fc.constantFrom("0644", "0755"),
    mtime: fc.constant("1.5"),
    symlink: fc.string(),
    readKey: fc.oneof(fc.constant(KEY), fc.stringMatching(/^[A-Za-z0-9_-]{22,64}$/)),
  },
  { requiredKeys: ["path", "size", "etag", "readKey"] },
) as fc.Arbitrary<DataInput>;

const whole = {
  version: 1,
  createdAt: AT.toISOString(),
  files: 1,
  bytes: 3,
  readKey: KEY,
  inputs: [{ path: "a", size: 3, etag: "e" }] as object[],
};

describe("a data set", () => {
  test("is read back as it was written, each object with its own read key", () => {
    fc.assert(
      fc.property(fc.uniqueArray(input, { selector: (one) => one.path }), (inputs) => {
        const read = parseDataset(formatDataset(AT, KEY, inputs) ?? "");
        expect(read).toEqual({
          createdAt: AT.toISOString(),
          ...sizeOf(inputs),
          inputs: new Map(inputs.map((one) => [one.path, one])),
        });
        expect(sizeByMetadata(datasetMetadata(inputs))).toEqual(sizeOf(inputs));
      }),
      { numRuns: 40 },
    );
  });

  test("that is whole is one, and what holds its place says that it is not", () => {
    expect(parseDataset(JSON.stringify(whole))).toMatchObject({ files: 1, bytes: 3 });
    for (const which of ["put", "removed"] as const) {
      expect(parseDataset(formatIncomplete(which, "x"))).toBe(which);
      expect(formatIncomplete(which, "x")).not.toBe(formatIncomplete(which, "y"));
    }
  });

  test.each<[string, object]>([
    ["another version", { ...whole, version: 2 }],
    ["what it does not know", { ...whole, also: 1 }],
    [
      "what it does not know, while it is not whole",
      { version: 1, incomplete: "put", id: "x", also: 1 },
    ],
    ["a wrong count of files", { ...whole, files: 2 }],
    ["a wrong count of bytes", { ...whole, bytes: 2 }],
    ["no read key", { ...whole, readKey: undefined }],
    ["a read key that is too short", { ...whole, readKey: "k".repeat(21) }],
    ["a size that is no number", { ...whole, inputs: [{ ...whole.inputs[0], size: "3" }] }],
    ["bytes that cannot be counted", { ...whole, bytes: Number.MAX_VALUE }],
    [
      "an object elsewhere",
      { ...whole, inputs: [{ ...whole.inputs[0], source: { key: "b/c", readKey: KEY } }] },
    ],
    ["a path twice", { ...whole, files: 2, bytes: 6, inputs: [...whole.inputs, ...whole.inputs] }],
    ...["", "/", "/a", "a//b", "..", "a/../../b", ".", "a/.", "a\0b", "job-aws-stat.txt"].map(
      (one): [string, object] => [
        `the path ${JSON.stringify(one)}`,
        { ...whole, inputs: [{ ...whole.inputs[0], path: one }] },
      ],
    ),
  ])("with %s is none", (_, wrong) => {
    expect(parseDataset(JSON.stringify(wrong))).toBeUndefined();
  });

  test("is never taken from a text that is none, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseDataset(text)).toBeUndefined();
      }),
    );
  });

  test("of more than one object can name has no text", () => {
    const one = { path: "p", size: 1, etag: "e", readKey: KEY };
    expect(
      formatDataset(
        AT,
        KEY,
        Array.from({ length: INPUTS_MAX + 1 }, () => one),
      ),
    ).toBe(undefined);
    const long = { ...one, version: "v".repeat(DATASET_MAX_BYTES) };
    expect(formatDataset(AT, KEY, [long])).toBeUndefined();
  });

  test.each([
    {},
    { files: "1" },
    { files: "-1", bytes: "1" },
    { files: "1", bytes: "9".repeat(17) },
  ])("has no size by the metadata %j", (metadata) => {
    expect(sizeByMetadata(metadata)).toBeUndefined();
  });
});
