import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));

/** Who may import whom. */
const MAY: Record<string, readonly string[]> = {
  protocol: [],
  bucket: ["protocol"],
  transfer: ["protocol", "bucket"],
  functions: ["protocol", "bucket"],
  headnode: ["protocol", "bucket", "transfer"],
  cli: ["protocol", "bucket", "transfer"],
  local: ["protocol", "bucket", "transfer", "functions", "headnode", "cli"],
  bench: ["protocol", "bucket", "transfer", "functions", "headnode", "cli", "local"],
  test: ["protocol", "bucket", "transfer", "functions", "headnode", "cli", "local", "bench"],
};
const FOLDERS = Object.keys(MAY);

/** Ways to import a module, which lies `up` from here. */
const WAYS: Record<string, (up: string) => string> = {
  static: (up) => `import { x } from "${up}/x.ts";\nexport const y = x;\n`,
  type: (up) => `import type { x } from "${up}/x.ts";\nexport type Y = typeof x;\n`,
  dynamic: (up) => `export const y = async () => (await import("${up}/x.ts")).x;\n`,
  passed: (up) => `export { x } from "${up}/x.ts";\n`,
};

/** Files of `sources` that the project's linter refuses for `rule`. */
function refused(sources: ReadonlyMap<string, string>, rule: string): string[] {
  const folder = temporaryFolder();
  copyFileSync(join(checkout, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  for (const [name, text] of sources) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { stdout } = spawnSync(join(checkout, "node_modules/.bin/oxlint"), ["-f", "json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; filename: string }[];
  };
  const files = diagnostics.filter(({ code }) => code === rule).map(({ filename }) => filename);
  return [...new Set(files)].toSorted();
}

test("the linter refuses an import that the table does not allow, at any depth and in any form", () => {
  const sources = new Map(FOLDERS.map((folder) => [`${folder}/x.ts`, "export const x = 1;\n"]));
  const wrong: string[] = [];
  for (const from of FOLDERS)
    for (const to of FOLDERS.filter((folder) => folder !== from))
      for (const [depth, up] of [
        ["", `../${to}`],
        ["some/deeper/", `../../../${to}`],
      ])
        for (const [way, write] of Object.entries(WAYS)) {
          const name = `${from}/${depth}${way}-${to}.ts`;
          sources.set(name, write(up ?? ""));
          if (!MAY[from]?.includes(to)) wrong.push(name);
        }
  expect(refused(sources, "eslint(no-restricted-imports)")).toEqual(wrong.toSorted());
});

test("the linter keeps protocol/ pure: zod, node:crypto, and nothing that does something", () => {
  const module = (name: string) => `export * from "${name}";\n`;
  const names = ["node:fs", "node:fs/promises", "node:http", "node:os", "node:timers/promises"];
  const wrong = [...names, "@aws-sdk/client-s3", "p-map", "fs"];
  const sources = new Map(
    [...wrong, "zod", "node:crypto"].map((name) => [
      `protocol/${name.replaceAll(/\W/g, "-")}.ts`,
      module(name),
    ]),
  );
  const paths = wrong.map((name) => `protocol/${name.replaceAll(/\W/g, "-")}.ts`);
  expect(refused(sources, "eslint(no-restricted-imports)")).toEqual(paths.toSorted());
  const globals = new Map([
    ["protocol/a.ts", "export const a = process.argv;\n"],
    ["protocol/b.ts", "export const b = () => setTimeout(() => 1, 1);\n"],
    ["cli/a.ts", "export const a = process.argv;\n"],
  ]);
  expect(refused(globals, "eslint(no-restricted-globals)")).toEqual([
    "protocol/a.ts",
    "protocol/b.ts",
  ]);
});

test("protocol/ asks for no time and no chance of its own", () => {
  for (const name of readdirSync(join(checkout, "protocol")).filter((one) => one.endsWith(".ts")))
    expect([name, readFileSync(join(checkout, "protocol", name), "utf8")]).toEqual([
      name,
      expect.not.stringMatching(/Date\.now\(|new Date\(\)|Math\.random|randomUUID|randomBytes/),
    ]);
});

test("the linter lets nothing but a program's config.ts read the environment", () => {
  const read = "export const path = process.env.PATH;\n";
  const sources = new Map(
    ["cli", "headnode", "functions/setup", "bucket", "transfer", "local", "bench"].flatMap(
      (folder) => [[`${folder}/config.ts`, read] as const, [`${folder}/other.ts`, read] as const],
    ),
  );
  expect(refused(sources, "node(no-process-env)")).toEqual(
    [...sources.keys()].filter((name) => name.endsWith("other.ts")).toSorted(),
  );
});

test("no file imports itself by way of others, types and import() included", () => {
  const sources = projectFiles().filter((path) => /\.[cm]?[jt]s$/.test(path));
  const there = new Set(sources);
  const imported = (path: string) =>
    [...projectText(path).matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)]
      .map(([, name = ""]) => join(dirname(path), name))
      .filter((name) => there.has(name));
  const graph = new Map(sources.map((path) => [path, imported(path)]));
  expect([...graph.values()].flat().length).toBeGreaterThan(1000);
  expect(circles(graph)).toEqual([]);
  expect(
    circles(
      new Map([
        ["a", ["b"]],
        ["b", ["c", "d"]],
        ["c", ["a"]],
        ["d", []],
      ]),
    ),
  ).toEqual([["a", "b", "c"]]);
});

/** The circles of a graph: those that can be reached from one another. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const from = new Map([...graph.keys()].map((name) => [name, reachable(graph, name)]));
  const found = [...graph.keys()]
    .filter((name) => from.get(name)?.has(name))
    .map((name) =>
      [...graph.keys()].filter((one) => from.get(name)?.has(one) && from.get(one)?.has(name)),
    );
  return [...new Map(found.map((circle) => [circle.join(), circle])).values()];
}

function reachable(graph: ReadonlyMap<string, readonly string[]>, start: string): Set<string> {
  const seen = new Set<string>();
  const next = [...(graph.get(start) ?? [])];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    next.push(...(graph.get(name) ?? []));
  }
  return seen;
}
