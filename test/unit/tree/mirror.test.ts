import { dirname } from "node:path";
import { expect, test } from "@jest/globals";
import { projectFiles } from "../../support/project-files.ts";

const UNIT = "test/unit/";
/** Folders of tests that look at the tree as a whole. */
const WHOLE = ["test/unit/tree/"];
const SUFFIXES = [".ts", ".mjs", ".sh", ".yml"];

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

test("each unit test lies where its source lies", () => {
  const strangers = [...files]
    .filter((name) => name.startsWith(UNIT) && name.endsWith(".test.ts"))
    .filter((name) => !WHOLE.some((folder) => name.startsWith(folder)))
    .filter((name) => sourceOf(name) === undefined);
  expect(strangers).toEqual([]);
});
