import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Metafile } from "esbuild";
// @ts-expect-error: a build script without types
import { buildCommandLine } from "../../../../local/build.mjs";

/** The code read before help is shown must stay small: that is the time that a start takes. */
describe("the start of the command line", () => {
  /** By file, what is read before anything is asked for, and the sources of all of them. */
  let start: Metafile["outputs"];
  let read: string[];
  let later: string[];
  let built: { metafile: Metafile; files: { path: string; code: string }[] };
  beforeAll(async () => {
    built = (await buildCommandLine({ write: false })) as typeof built;
    const { metafile } = built;
    const { outputs } = metafile;
    start = {};
    const add = (path: string) => {
      const output = outputs[path];
      if (!output || start[path]) return;
      start[path] = output;
      for (const each of output.imports) if (each.kind === "import-statement") add(each.path);
    };
    add("dist/cloud-submit.cjs");
    read = Object.values(start).flatMap(({ inputs }) => Object.keys(inputs));
    later = Object.keys(metafile.inputs).filter((path) => !read.includes(path));
  });

  test("reads less than 137 KB", () => {
    const size = built.files
      .filter(({ path }) => start[`dist/${path}`])
      .reduce((sum, { code }) => sum + code.length, 0);
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThan(137_000);
  });

  test("loads no package but commander", () => {
    const packages = read.flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    expect([...new Set(packages)]).toEqual(["commander"]);
  });

  test("leaves verbs, their schemas, AWS and the other language for later", () => {
    const verbs = read.filter((path) => path.startsWith("cli/verbs/"));
    expect(verbs.filter((path) => !path.endsWith("/description.ts"))).toEqual([]);
    expect(read).not.toContain("cli/messages/ja.ts");
    expect(later.join("\n")).toMatch(/@aws-sdk/);
    expect(later).toContain("cli/verbs/run/run.ts");
  });

  test("no module is in two files: instanceof would not know its classes again", () => {
    const all = Object.values(built.metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 ? path : [],
      ),
    );
    expect(all).toHaveLength(new Set(all).size);
  });
});
