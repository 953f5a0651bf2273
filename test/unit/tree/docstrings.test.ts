import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

const sources = projectFiles().filter((path) => /\.([cm]?[jt]s|sh|yml)$/.test(path));

/** The beginnings of the comments in a text: not what lines after the first one begin with. */
function beginnings(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.flatMap((line, at) => {
    const above = lines[at - 1] ?? "";
    const words =
      /^\/\*\* (.*)/.exec(line) ||
      (above === "/**" && /^\* (.*)/.exec(line)) ||
      (!/^(\/\/|#(?!!))/.test(above) && /^(?:\/\/|#) (.*)/.exec(line));
    return words ? (words[1] ?? "") : [];
  });
}

test("a comment begins with what a thing is or does, not with the word `What`", () => {
  const found = sources.flatMap((path) =>
    beginnings(projectText(path)).map((words) => ({ path, words })),
  );
  expect(found.length).toBeGreaterThan(3000);
  expect(found.filter(({ words }) => words.startsWith("What "))).toEqual([]);
});
