import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Metafile } from "esbuild";
// @ts-expect-error: a build script without types
import { buildCommandLine } from "../../../local/build.mjs";

/** What is read before help is shown must stay small: that is the time that a start takes. */
describe("the start of the command line", () => {
  let first: Metafile;
  let second: Metafile;
  beforeAll(async () => {
    const built = await buildCommandLine({ metafile: true, write: false });
    first = built.first.metafile;
    second = built.second.metafile;
  });

  test("reads less than 100 KB", () => {
    const [size = 0] = Object.values(first.outputs).map(({ bytes }) => bytes);
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThan(100_000);
  });

  test("loads no package but commander and the width of characters", () => {
    const packages = Object.keys(first.inputs).flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    expect([...new Set(packages)].toSorted()).toEqual([
      "commander",
      "fast-string-truncated-width",
      "fast-string-width",
    ]);
  });

  test("leaves verbs, their schemas, AWS and the other language for later", () => {
    const read = Object.keys(first.inputs);
    expect(read.filter((path) => path.startsWith("cli/verbs/"))).toEqual([]);
    expect(read).not.toContain("cli/messages/ja.ts");
    const later = Object.keys(second.inputs).join("\n");
    expect(later).toMatch(/@aws-sdk/);
    expect(later).toMatch("cli/verbs/run.ts");
  });

  test("no class is in both files: instanceof would not know it again", () => {
    const twice = Object.keys(first.inputs).filter((path) => path in second.inputs);
    expect(twice.filter((path) => path.startsWith("protocol/"))).toEqual([]);
    expect(twice).not.toContain("cli/command-error.ts");
  });
});
