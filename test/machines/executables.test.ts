import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
// @ts-expect-error: a build script without types
import { buildArchive } from "../../local/machines/build-machines.mjs";
import { ARM_EMULATOR, ARM_ROOT } from "../../local/machines/other-machines.mjs";
// @ts-expect-error: a build script without types
import { FUSE, makeSingleExecutable } from "../../local/machines/single-executable.mjs";
import { AGENTS_NODE, nodeProgram } from "../../local/node-runtime.mjs";
import packageJson from "../../package.json" with { type: "json" };
import { temporaryFolder } from "../support/temporary-folder.ts";
import { built, runProgram } from "./run-program.ts";

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { version } = packageJson;
const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C" };
const sha256 = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** The newest versions that a program asks its libraries for, by the names of its symbols. */
async function newestSymbols(program: string): Promise<Record<string, string>> {
  const { stdout } = await runProgram("readelf", ["--wide", "--version-info", program], env);
  const newest: Record<string, string> = {};
  const byNumber = new Intl.Collator("en", { numeric: true });
  for (const [, name = "", asked = ""] of stdout.matchAll(
    /Name: (GLIBC|GLIBCXX|CXXABI)_(\d[\d.]*)/g,
  ))
    if (byNumber.compare(asked, newest[name] ?? "") > 0) newest[name] = asked;
  return newest;
}

describe.each([
  ["x64", "Advanced Micro Devices X86-64"],
  ["arm64", "AArch64"],
])("the single executable for %s", (arch, machine) => {
  const program = built(`cloud-submit-linux-${arch}`);

  test("is a program for that machine, has no symbols, and is marked to have a script in it", async () => {
    const { stdout, stderr } = await runProgram("readelf", ["-hSW", program], env);
    expect(stdout).toContain(machine);
    expect(stdout).not.toMatch(/\.(symtab|debug)/);
    expect(stderr).not.toContain("Error");
    const { stdout: notes } = await runProgram("readelf", ["-lW", program], env);
    expect(notes).toMatch(/NOTE +0x\w+ 0x\w+ 0x\w+ 0x[1-9a-f]\w{5}/);
    const bytes = readFileSync(program);
    expect(bytes.includes(`${FUSE}:1`)).toBe(true);
    expect(bytes.includes(`${FUSE}:0`)).toBe(false);
    expect(bytes.includes("NODE_SEA_BLOB")).toBe(true);
  });

  test("asks for no newer libraries than Debian 10, Ubuntu 20.04 and Rocky Linux 8 have", async () => {
    const newest = await newestSymbols(program);
    // Of glibc 2.28, and of the libstdc++ of GCC 8.
    expect(newest).toEqual({ GLIBC: "2.28", GLIBCXX: "3.4.21", CXXABI: "1.3.11" });
    const { stdout } = await runProgram("readelf", ["-dW", program], env);
    const needed = [...stdout.matchAll(/NEEDED.*\[([^\]]+)\]/g)].map(([, name]) => name);
    expect(needed.filter((name) => !name?.startsWith("ld-linux"))).toEqual([
      "libdl.so.2",
      "libstdc++.so.6",
      "libm.so.6",
      "libgcc_s.so.1",
      "libpthread.so.0",
      "libc.so.6",
    ]);
  });
});

test("a single executable takes the code of its parts that came with it, and keeps its own in the user's cache", async () => {
  const folder = temporaryFolder();
  const own = built(`cloud-submit-linux-${process.arch}`);
  const ended = await runProgram(own, ["--help"], { ...env, XDG_CACHE_HOME: folder });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const kept = readdirSync(join(folder, "cloud-submit", "code"));
  expect(kept).toContainEqual(expect.stringMatching(/^start-[0-9a-f]{12}\.cjs-v24\./));
  // One that is made as it is, and tells what V8 says of the code.
  const [parts, into, script] = ["parts", "code", "first.cjs"].map((name) => join(folder, name));
  for (const path of [parts!, into!]) mkdirSync(path);
  writeFileSync(join(parts!, "a.cjs"), '({"a.cjs":(function(){return 1})})');
  const runnable = nodeProgram(AGENTS_NODE);
  await runProgram(runnable, [fromRoot("local/machines/compile-parts.cjs"), parts!, into!], env);
  writeFileSync(
    script!,
    `const { getAsset, getRawAsset } = require("node:sea");
    const cachedData = Buffer.from(getRawAsset("a.cjs.code"));
    const script = new (require("node:vm").Script)(getAsset("a.cjs", "utf8"), { cachedData });
    console.log(script.cachedDataRejected);`,
  );
  const path = join(folder, "program");
  const assets = {
    "a.cjs": join(parts!, "a.cjs"),
    "a.cjs.code": join(into!, "a.cjs.code"),
  };
  await makeSingleExecutable({
    script,
    assets,
    runnable,
    node: runnable,
    path,
    cached: true,
  });
  expect((await runProgram(path, [], env)).stdout).toBe("false\n");
});

const onArm = process.arch === "x64" && existsSync(ARM_EMULATOR) ? test : test.skip;
onArm(
  "the single executable for arm64 runs on an emulated machine, and speaks Japanese",
  async () => {
    const program = built("cloud-submit-linux-arm64");
    const ended = await runProgram(ARM_EMULATOR, [
      "-L",
      ARM_ROOT,
      program,
      "--lang",
      "ja",
      "--help",
    ]);
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("使い方: cloud-submit"),
      stderr: "",
    });
  },
);

test("the sums are those of all files", () => {
  const lines = readFileSync(built("SHA256SUMS"), "utf8").trimEnd().split("\n");
  const names = readdirSync(built("")).filter((name) => name !== "SHA256SUMS");
  expect(lines).toEqual(names.toSorted().map((name) => `${sha256(built(name))}  ${name}`));
});

describe("an archive", () => {
  const name = `cloud-submit-${version}-linux-${process.arch}`;

  test("is the same, byte for byte, when it is built again", () => {
    const target = temporaryFolder();
    buildArchive(mkdtempSync(join(target, "tree-")), name, process.arch, target);
    expect(sha256(join(target, `${name}.tar.gz`))).toBe(sha256(built(`${name}.tar.gz`)));
  });

  test("has the licences of all that is in it", async () => {
    const { stdout } = await runProgram("tar", ["-tzf", built(`${name}.tar.gz`)], env);
    const files = stdout.split("\n").map((file) => file.replace(`${name}/`, ""));
    expect(files).toEqual(
      expect.arrayContaining(["LICENSE", "LICENSE-nodejs", "THIRD-PARTY-NOTICES.txt"]),
    );
    const licences = readFileSync(built("LICENSES.txt"), "utf8");
    expect(licences).toContain("Node.js is licensed for use as follows");
    expect(licences).toContain("Packages of others in this program");
  });
});
