import { basename } from "node:path";
import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

const FOLDER = "test/support/";
const page = projectText(`${FOLDER}README.md`);

test("test/support/README.md says of every file in its folder what it is for", () => {
  const files = projectFiles().filter(
    (path) => path.startsWith(FOLDER) && !/\/$|README\.md$/.test(path),
  );
  expect(files.length).toBeGreaterThan(40);
  const named = new Set([...page.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => basename(span)));
  expect(files.filter((path) => !named.has(basename(path)))).toEqual([]);
});

test("each store of test/support/README.md is held to the contract where the page says so", () => {
  const rows = page.split("\n").filter((row) => row.startsWith("|"));
  const suites = new Set(rows.flatMap((row) => row.match(/test\/[\w/-]+\.test\.ts/g) ?? []));
  const callers = projectFiles().filter(
    (path) => path.endsWith(".test.ts") && /^objectStoreContract\(/m.test(projectText(path)),
  );
  expect([...suites].toSorted()).toEqual(callers.toSorted());
});
