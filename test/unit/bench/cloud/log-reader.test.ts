import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LogReader } from "../../../../bench/cloud/log-reader.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("reads what was appended since, and half a line when its end has come", () => {
  const file = join(temporaryFolder(), "log");
  const reader = new LogReader(file, (line) => (line === "skip" ? undefined : line));
  expect(reader.take()).toEqual([]);
  appendFileSync(file, "one\nskip\ntw");
  expect(reader.take()).toEqual(["one"]);
  appendFileSync(file, "o\n\nthree\n");
  expect(reader.take()).toEqual(["two", "three"]);
  expect(reader.take()).toEqual([]);
});
