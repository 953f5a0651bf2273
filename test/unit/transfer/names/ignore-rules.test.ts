import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readIgnoreRules, ruleProblems } from "../../../../transfer/names/ignore-rules.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test.each([
  ["a\nb\\\n", "rule-backslash", "2"],
  ["# [\n\nlogs/[a-z\n", "rule-bracket", "3"],
  ["x[z-a].txt", "rule-range", "1"],
  ["a\r\nb[", "rule-bracket", "2"],
])("%j is named with its line", (text, code, line) => {
  expect([...ruleProblems(text)]).toMatchObject([{ code, values: { line } }]);
});

test.each([
  "a\\\\",
  "\\[",
  "[a-z]",
  "[!a-z]*",
  "[]a]",
  "[[:alpha:]]",
  "\\#x",
  "!a",
  "a/**/b",
  "a\\ ",
])("%j is read", (rule) => expect([...ruleProblems(rule)]).toEqual([]));

test.each<[string, Buffer, string]>([
  ["UTF-16, little end first", Buffer.from("\ufeffscratch/\n", "utf16le"), "text-utf16"],
  ["UTF-16, big end first", Buffer.from("\ufeffa\n", "utf16le").swap16(), "text-utf16"],
  ["Latin-1", Buffer.from("r\u00e9sultats\n", "latin1"), "text-not-utf8"],
])("a file in %s is named", async (_name, bytes, code) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".cloudsubmitignore"), bytes);
  await expect(readIgnoreRules(folder)).rejects.toMatchObject({
    path: join(folder, ".cloudsubmitignore"),
    reason: { code },
  });
});

test("UTF-8 with what Windows editors write before it is read", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, ".cloudsubmitignore"), "\ufeffscratch/\n");
  expect((await readIgnoreRules(folder))?.("scratch", true)).toBe(true);
});
