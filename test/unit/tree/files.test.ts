import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

const LINES_MAX = 400;

const lines = (path: string) => projectText(path).split("\n").length - 1;
const written = projectFiles().filter((path) => /\.(c|[cm]?ts|[cm]js|go|py|sh|yml)$/.test(path));

test("no file is about so much that it takes more than 400 lines", () => {
  expect(written.length).toBeGreaterThan(400);
  expect(written.filter((path) => lines(path) > LINES_MAX)).toEqual([]);
});

test("every file is named after one thing, and that is no heap of things", () => {
  expect(projectFiles().filter((path) => /(^|\/)(utils?|helpers?|misc)[./]/.test(path))).toEqual(
    [],
  );
});
