import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

/** Waits for a time that somebody has guessed. */
const WAIT = /\b(?:sleep|delay)\(|\bsetTimeout\([^)]/;
/** Parts of the fault suite, whose faults last as long as the seed says. */
const FAULTS = /^test\/faults\/kinds\//;

test("a test that waits for a time, not for what it waits for, says why", () => {
  const unexplained = projectFiles("test/")
    .filter(
      (path) => path.endsWith(".ts") && !FAULTS.test(path) && !path.endsWith("sleeps.test.ts"),
    )
    .flatMap((path) => {
      const lines = projectText(path).split("\n");
      return lines.flatMap((line, at) => {
        const above = lines.slice(Math.max(0, at - 3), at);
        const isWait = WAIT.test(line) && !/^\s*(\/\/|\*|import)/.test(line);
        return isWait && !above.some((one) => /^\s*(\/\/|\/?\*)/.test(one))
          ? [`${path}:${at + 1} ${line.trim()}`]
          : [];
      });
    });
  expect(unexplained).toEqual([]);
});
