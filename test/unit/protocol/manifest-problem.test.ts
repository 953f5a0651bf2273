import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseManifest } from "../../../protocol/manifest.ts";
import { manifestProblem } from "../../../protocol/manifest-problem.ts";

const KEY = "k".repeat(32);
const input = { path: "a", size: 1, etag: "e" };
const from = { prefix: "a", path: "b", readKey: KEY };

describe("the first thing that is wrong with a manifest is named", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ version: 2 }, "`version` is not 1"],
    [{ x: 1 }, "it has the unknown field `x`"],
    [{ inputs: undefined }, "`inputs` is missing or not of the type array"],
    [
      { inputs: [input, { ...input, path: "b" }, input] },
      "`inputs[2].path` is that of another input, too",
    ],
    [
      { inputs: [input, { ...input, size: "1" }] },
      "`inputs[1].size` is missing or not of the type number",
    ],
    [{ inputs: [{ ...input, size: -1 }] }, "`inputs[0].size` has less than 0 as its value"],
    [{ inputs: [{ ...input, path: "" }] }, "`inputs[0].path` has less than 1 characters"],
    [{ inputs: [{ ...input, from: "b" }] }, "`inputs[0]` has the unknown field `from`"],
    [
      { inputs: [{ ...input, source: { key: "a/b", readKey: "short" } }] },
      "`inputs[0].source.readKey` is not in the form that docs/protocol.md tells",
    ],
    [
      { from: [{ ...from, path: "../x" }] },
      "`from[0].path` is not in the form that docs/protocol.md tells",
    ],
    [
      { origins: Array.from({ length: 17 }, () => ({ path: "/a", at: "" })) },
      "`origins` has more than 16 items",
    ],
    [{ results: { only: Array(501).fill("a") } }, "`results.only` has more than 500 items"],
    [{ results: { not: ["a".repeat(1025)] } }, "`results.not[0]` has more than 1024 characters"],
    [{ readKey: `${KEY}!` }, "`readKey` is not in the form that docs/protocol.md tells"],
    // It may be a read key, or of any length.
    [{ [KEY]: 1 }, "it has an unknown field"],
    [{ "\u001b[31m\u202e": 1 }, "it has an unknown field"],
    [{ inputs: [{ ...input, ["x".repeat(1 << 20)]: 1 }] }, "`inputs[0]` has an unknown field"],
  ])("%#: %j", (wrong, words) => {
    const text = JSON.stringify({ version: 1, inputs: [], ...wrong });
    expect(parseManifest(text)).toBeUndefined();
    expect(manifestProblem(text)).toBe(words);
  });

  test("what is no manifest at all", () => {
    expect(manifestProblem("{")).toBe("it is no JSON");
    expect(manifestProblem("3")).toBe("it is missing or not of the type object");
    expect(manifestProblem(undefined)).toBe("it has more than 50331648 bytes");
  });

  test("short and plain, whatever is in it", () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant(KEY));
    const fields = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom("readKey", "from", KEY)),
      value,
    );
    const some = fc.record({
      version: fc.constant(1),
      inputs: fc.array(fields),
      from: fc.array(fields),
    });
    fc.assert(
      fc.property(fc.oneof(fields, some), (json) => {
        const text = JSON.stringify(json);
        fc.pre(!parseManifest(text));
        const words = manifestProblem(text);
        expect(words).toMatch(/^[\x20-\x7e]{1,200}$/);
        expect(words).not.toContain(KEY);
      }),
    );
  });
});
