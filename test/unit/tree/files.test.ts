import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

/** The most lines of a file, by where it lies; of several places the first counts. */
const LINES_MAX: readonly (readonly [RegExp, number])[] = [
  [/^(protocol|bucket|transfer|functions|headnode|cli)\//, 275],
  [/^test\//, 300],
  [/^/, 400],
];

const lines = (path: string) => projectText(path).split("\n").length - 1;
const written = projectFiles().filter((path) => /\.(c|[cm]?ts|[cm]js|go|py|sh|yml)$/.test(path));

test("no file is about so much that it takes more lines than its place allows", () => {
  expect(written.length).toBeGreaterThan(400);
  const most = (path: string) => LINES_MAX.find(([place]) => place.test(path))?.[1] ?? 0;
  expect(written.filter((path) => lines(path) > most(path))).toEqual([]);
});

test("every file is named after one thing, and that is no heap of things", () => {
  expect(projectFiles().filter((path) => /(^|\/)(utils?|helpers?|misc)[./]/.test(path))).toEqual(
    [],
  );
});
