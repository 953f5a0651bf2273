import { expect, test } from "@jest/globals";
import { projectFiles, projectText } from "../../support/project-files.ts";

/** Waits for a guessed time. */
const WAIT = /\bsetTimeout\([^)]/;
/** The same by the module of promises; where it is not imported, `sleep` is one that takes no time. */
const PROMISED = /\b(?:sleep|delay|setTimeout)\(/;
/** Faults last as long as the seed says; the others name a wait in a text. */
const EXCEPT = /^test\/(faults\/kinds\/|unit\/tree\/(sleeps|imports)\.test\.ts$)/;

test("a test that waits for a time, not for what it waits for, says why", () => {
  const unexplained = projectFiles("test/")
    .filter((path) => path.endsWith(".ts") && !EXCEPT.test(path))
    .flatMap((path) => {
      const text = projectText(path);
      const wait = text.includes('"node:timers/promises"') ? PROMISED : WAIT;
      const lines = text.split("\n");
      return lines.flatMap((line, at) => {
        const above = lines.slice(Math.max(0, at - 3), at);
        const isWait = wait.test(line) && !/^\s*(\/\/|\*|import)/.test(line);
        return isWait && !above.some((one) => /^\s*(\/\/|\/?\*)/.test(one))
          ? [`${path}:${at + 1} ${line.trim()}`]
          : [];
      });
    });
  expect(unexplained).toEqual([]);
});
