import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { partAssets, partFiles } from "../../../../cli/start/part-source.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const TEXT = `({"a.cjs":(function(exports){exports.name="ä"})})`;

/** Makes a script of a name and a text with the code in a file; says whether that was refused, and what it has. */
const LOAD = `
  const [, filename, text, code] = process.argv;
  const cachedData = require("node:fs").readFileSync(code);
  const script = new (require("node:vm").Script)(text, { filename, cachedData });
  const has = Object.keys(script.runInThisContext());
  process.stdout.write(JSON.stringify([script.cachedDataRejected, has]));
`;

/** Node.js's module for single executables, in one that has these assets. */
function sea(assets: Readonly<Record<string, Buffer>>) {
  const raw = (name: string) => {
    const bytes = assets[name];
    if (!bytes) throw new Error("ERR_SINGLE_EXECUTABLE_APPLICATION_ASSET_NOT_FOUND");
    return new Uint8Array(bytes).buffer;
  };
  return {
    getAsset: (name: string) => new TextDecoder().decode(raw(name)),
    getRawAsset: raw,
  } as unknown as Parameters<typeof partAssets>[1];
}

test("parts are files of a folder, without code", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.cjs"), TEXT);
  const files = partFiles(folder);
  expect([files.path("a.cjs"), files.text("a.cjs")]).toEqual([join(folder, "a.cjs"), TEXT]);
  expect(files.code("a.cjs")).toBeUndefined();
  expect(() => files.text("b.cjs")).toThrow("ENOENT");
});

test("or assets of a single executable, with the code that the build has made of them, or without", () => {
  const folder = temporaryFolder();
  const [parts, into] = [join(folder, "parts"), join(folder, "code")];
  for (const path of [parts, into]) mkdirSync(path);
  writeFileSync(join(parts, "a.cjs"), TEXT);
  const made = spawnSync(process.execPath, ["local/machines/compile-parts.cjs", parts, into]);
  expect([made.status, String(made.stderr)]).toEqual([0, ""]);
  const code = readFileSync(join(into, "a.cjs.code"));
  const source = partAssets("/bin/files", sea({ "a.cjs": Buffer.from(TEXT), "a.cjs.code": code }));
  const filename = source.path("a.cjs");
  expect(filename).toBe("/bin/files/a.cjs");
  expect(source.text("a.cjs")).toBe(TEXT);
  writeFileSync(join(folder, "given"), source.code("a.cjs") ?? "");
  // In a process of its own: tests that have set V8's flags have it refuse the code.
  const load = spawnSync(process.execPath, ["-e", LOAD, filename, TEXT, join(folder, "given")]);
  expect([String(load.stdout), String(load.stderr)]).toEqual(['[false,["a.cjs"]]', ""]);
  const bare = partAssets("/bin/files", sea({ "a.cjs": Buffer.from(TEXT) }));
  expect([bare.text("a.cjs"), bare.code("a.cjs")]).toEqual([TEXT, undefined]);
});
