import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { readEnvFile, writeEnvFile } from "../../../local/env-file.ts";

const folder = mkdtempSync(join(tmpdir(), "env-file-"));
const file = join(folder, "env");
afterAll(() => rmSync(folder, { recursive: true }));

const env = { PLAIN: "a", SPACED: "a b", QUOTED: "it's $HOME `id`", EMPTY: "" };

test("reads back what it has written", () => {
  writeEnvFile(file, env);
  expect(readEnvFile(file)).toEqual(env);
});

test("a shell reads the same values", () => {
  writeEnvFile(file, env);
  const script = `. "$1"; printf '%s\\n' "$PLAIN" "$SPACED" "$QUOTED" "$EMPTY"`;
  const out = execFileSync("sh", ["-c", script, "sh", file], { encoding: "utf8" });
  expect(out).toBe(`${Object.values(env).join("\n")}\n`);
});

test("says how to start the local cloud when there is no file", () => {
  expect(() => readEnvFile(join(folder, "none"))).toThrow(/npm run local:up/);
});
