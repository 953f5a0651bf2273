import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { parse } from "yaml";
import { noticesOf, noticesPlugin } from "../../../local/notices.cjs";
import { everyFunction } from "../../support/stack-functions.ts";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));
const text = (file: string) => readFileSync(join(checkout, file), "utf8");
const { custom } = parse(text("serverless.yml"), { logLevel: "error" }) as {
  custom: { esbuild: { plugins: string } };
};
const programs = [
  "cli/main.ts",
  "headnode/main.ts",
  ...Object.values(everyFunction()).map(({ handler }) => handler.replace(/\.\w+$/, ".ts")),
];

/** Bundles a program as it is shipped; its packages are found by another way than noticesOf goes. */
async function bundle(entry: string, plugins = [noticesPlugin]) {
  const { metafile, outputFiles } = await build({
    absWorkingDir: checkout,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    outfile: "out.js",
    write: false,
    metafile: true,
    logLevel: "error",
    plugins,
  });
  const inputs = Object.keys(metafile.inputs);
  const names = inputs.flatMap((path) => {
    const parts = path.split("node_modules/").at(-1)?.split("/") ?? [];
    if (!path.includes("node_modules/")) return [];
    return parts[0]?.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
  });
  return { inputs, names: [...new Set(names)], code: outputFiles[0]?.text ?? "" };
}

describe.each(programs)("%s", (entry) => {
  test("has a notice, with a licence, of every package that is in it", async () => {
    const { inputs, names } = await bundle(entry, []);
    expect(names.length).toBeGreaterThan(1);
    const notices = noticesOf(inputs);
    const entries = notices.split(`\n${"-".repeat(80)}\n`).slice(1);
    for (const name of names) {
      const mine = entries.filter((one) => one.includes(`\n${name} `));
      expect([name, mine.length]).toEqual([name, 1]);
      expect([name, mine[0]]).toEqual([
        name,
        expect.stringMatching(
          /Permission (?:is hereby granted|to use)|Apache License|Licence: MIT-0|Redistribution and use/,
        ),
      ]);
    }
    const terms = notices.match(/TERMS AND CONDITIONS FOR USE, REPRODUCTION/g) ?? [];
    expect(terms.length).toBeLessThan(2);
  });
});

test("what is deployed carries its notices in the bundle, which still runs", async () => {
  expect(custom.esbuild.plugins).toBe("local/notices-plugin.cjs");
  expect(text(custom.esbuild.plugins)).toContain("[noticesPlugin]");
  const { code } = await bundle("functions/audit.ts");
  expect(code).toContain("@middy/core ");
  expect(code).toContain("Apache License");
  const done = spawnSync(process.execPath, ["--check", "-"], { input: code, encoding: "utf8" });
  expect(done).toMatchObject({ status: 0, stderr: "" });
});

test("a package whose licence is not there stops the build", () => {
  expect(() => noticesOf(["node_modules/.no-such-package/index.js"])).toThrow("ENOENT");
});

test("the packages of the command line and of the Head Node hold them", () => {
  const { files } = JSON.parse(text("package.json")) as { files: string[] };
  expect(files).toContain("dist/THIRD-PARTY-NOTICES.txt");
  const packages = text("local/packages.mjs");
  for (const file of [
    '["LICENSE", "LICENSE"',
    '["THIRD-PARTY-NOTICES.txt", "dist/agent-notices.txt"',
  ])
    expect(packages).toContain(file);
});
