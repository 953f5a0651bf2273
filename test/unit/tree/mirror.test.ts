import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

const UNIT = "test/unit/";
/** Folders of tests that look at the tree as a whole. */
const WHOLE = ["test/unit/tree/"];
const SUFFIXES = [".ts", ".mjs", ".cjs", ".sh", ".yml"];

const files = new Set(projectFiles());
const isSource = (path: string) => SUFFIXES.some((suffix) => files.has(path + suffix));

/**
 * The source that a unit test stands for: `a/b.test.ts` is for the file `a/b`; `a/b/topic.test.ts` is for a
 * topic of the file `a/b`; `a/folder.test.ts` is for what the files of a folder do together.
 */
function sourceOf(testFile: string): string | undefined {
  const named = testFile.slice(UNIT.length, -".test.ts".length);
  const file = [named, dirname(named)].find(isSource);
  return file ?? (files.has(`${named}/`) ? named : undefined);
}

/** The sources of a folder that a test imports. */
function importedFrom(folder: string, testFile: string): Set<string> {
  const named = [...projectText(testFile).matchAll(/\bfrom "(\.\.[^"]+)"/g)].map(([, path = ""]) =>
    join(dirname(testFile), path),
  );
  return new Set(named.filter((path) => path.startsWith(folder)));
}

const unitTests = [...files]
  .filter((name) => name.startsWith(UNIT) && name.endsWith(".test.ts"))
  .filter((name) => !WHOLE.some((folder) => name.startsWith(folder)));

test("each unit test lies where its source lies", () => {
  expect(unitTests.filter((name) => sourceOf(name) === undefined)).toEqual([]);
});

test("a test is named after a folder only where it is about several of its files", () => {
  const folderOf = (name: string) => `${sourceOf(name)}/`;
  const single = unitTests
    .filter((name) => files.has(folderOf(name)) && !isSource(sourceOf(name) ?? ""))
    // Scripts and templates are not imported.
    .filter((name) =>
      [...files].some((path) => path.startsWith(folderOf(name)) && path.endsWith(".ts")),
    )
    .filter((name) => importedFrom(folderOf(name), name).size < 2);
  expect(single).toEqual([]);
});
