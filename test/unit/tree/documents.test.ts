import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

const files = projectFiles();
const there = new Set(files.map((path) => path.replace(/\/$/, "")));
const pages = files.filter((path) => path.endsWith(".md"));
const topFolders = new Set(
  files.filter((path) => /^[^/]+\/$/.test(path)).map((p) => p.slice(0, -1)),
);
const testFiles = files.filter((path) => path.endsWith(".test.ts"));

/** Paths that a page may name without a source: they are made, or are on other machines. */
const isMade = (path: string) => /(^|\/)(dist|node_modules)\//.test(path);

const withoutBlocks = (text: string) => text.replaceAll(/^```.*?^```$/gms, "");
const spans = (text: string) =>
  [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);

/** The anchors of a page, as GitHub makes them of its headings. */
const anchors = (page: string) =>
  [...projectText(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe.each(pages)("%s", (page) => {
  test("links to pages and headings that are there", () => {
    const broken = [...withoutBlocks(projectText(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^(https?|mailto):/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? page : join(dirname(page), path).replace(/\/$/, "");
        return !there.has(file) || (anchor !== undefined && !anchors(file).includes(anchor));
      });
    expect(broken).toEqual([]);
  });

  test("names files and folders that are there", () => {
    const missing = spans(projectText(page))
      .flatMap((span) => span.split(/[\s,;]+/))
      .filter((word) => /^[\w.][\w./-]*$/.test(word) && topFolders.has(word.split("/")[0] ?? ""))
      .filter((word) => word.includes("/") && !isMade(word))
      .map((word) => word.replace(/\/$/, ""))
      .filter((word) => !there.has(word) && !there.has(`${word}.test.ts`));
    expect(missing).toEqual([]);
  });

  test("names commands of npm that are there", () => {
    const { scripts } = JSON.parse(projectText("package.json")) as {
      scripts: Record<string, string>;
    };
    const named = [...projectText(page).matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)];
    expect(named.map(([, name = ""]) => name).filter((name) => !(name in scripts))).toEqual([]);
  });

  test("names no file of code that is nowhere", () => {
    const missing = spans(projectText(page))
      .filter((span) => /^[\w-]+(\/[\w.-]+)*\.(ts|mjs|cjs|yml|service)$/.test(span))
      .filter((name) => !isMade(name))
      .filter((name) => !files.some((path) => path === name || path.endsWith(`/${name}`)));
    expect(missing).toEqual([]);
  });
});

test("README.ja.md has the sections of README.md, and leads to the same pages", () => {
  const links = (page: string) =>
    [...projectText(page).matchAll(/\]\(((?!README)[^)\s]+)\)/g)].map(([, link]) => link);
  const blocks = (page: string) =>
    [...projectText(page).matchAll(/^```(\w*)\n.*?^```$/gms)].map(([, language]) => language);
  expect(links("README.ja.md")).toEqual(links("README.md"));
  expect(blocks("README.ja.md")).toEqual(blocks("README.md"));
});

test("docs/reliability.md: the tests of each promise are there", () => {
  const [, table = ""] =
    /\| promise \| tests \|\n(.*?)\n\n/s.exec(projectText("docs/reliability.md")) ?? [];
  const named = table.split("\n").flatMap((row) => spans(row.split("|")[2] ?? ""));
  expect(named.length).toBeGreaterThan(20);
  const missing = named
    .filter((name) => /^[\w/-]+$/.test(name))
    .filter(
      (name) =>
        !there.has(name) && !testFiles.some((path) => `/${path}`.endsWith(`/${name}.test.ts`)),
    );
  expect(missing).toEqual([]);
});

test("docs/security.md: the tests of each protection are there, by the names that it gives", () => {
  const [, table = ""] =
    /\| threat \| protection \| test \|\n(.*?)\n\n/s.exec(projectText("docs/security.md")) ?? [];
  const rows = table.split("\n").slice(1);
  expect(rows.length).toBeGreaterThan(50);
  for (const row of rows) {
    const cells = row.split(/(?<!\\)\|/);
    expect([row, cells.length]).toEqual([row, 5]);
    const named = spans(cells[3] ?? "");
    const sources = testFiles.filter((path) =>
      named.some((name) => path === `${name}.test.ts` || path.startsWith(`${name}/`)),
    );
    expect([row, named.length > 0, sources.length > 0]).toEqual([row, true, true]);
    const texts = sources.map(projectText).join("\n");
    // Words in parentheses are no test's name.
    const quoted = (cells[3] ?? "").replaceAll(/\([^)]*\)/g, "").matchAll(/"([^"]+)"/g);
    for (const [, name = ""] of quoted) expect([name, texts.includes(name)]).toEqual([name, true]);
  }
});

test("the sources name pages that are there", () => {
  const missing = files
    .filter((path) => /\.([cm]?[tj]s|py|sh|yml|go)$/.test(path))
    .flatMap((path) =>
      [...projectText(path).matchAll(/\bdocs\/[\w./-]+\.(?:md|json)\b/g)].map(([name]) => [
        path,
        name,
      ]),
    )
    .filter(([, name = ""]) => !there.has(name));
  expect(missing).toEqual([]);
});
