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

test("what else a shell has is left alone, but for what would lead elsewhere", () => {
  writeEnvFile(file, env, { unset: ["AWS_PROFILE", "OTHER"], programs: "/a b/bin" });
  const script = `. "$1"; . "$1"; echo "$PATH:\${AWS_PROFILE-unset}:$KEPT"`;
  const out = execFileSync("sh", ["-c", script, "sh", file], {
    encoding: "utf8",
    env: { PATH: "/bin:/usr/bin", AWS_PROFILE: "work", KEPT: "1" },
  });
  expect(out).toBe("/bin:/usr/bin:/a b/bin:unset:1\n");
  expect(readEnvFile(file)).toEqual(env);
});

test("programs of the local cloud are found before others of the same name, once", () => {
  writeEnvFile(file, env, { programsFirst: "/a b/bin" });
  const out = execFileSync("sh", ["-c", '. "$1"; . "$1"; echo "$PATH"', "sh", file], {
    encoding: "utf8",
    env: { PATH: "/bin:/usr/bin" },
  });
  expect(out).toBe("/a b/bin:/bin:/usr/bin\n");
});

test("says how to start the local cloud when there is no file", () => {
  expect(() => readEnvFile(join(folder, "none"))).toThrow(/npm run local:up/);
});
