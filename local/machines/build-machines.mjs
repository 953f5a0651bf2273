// Makes what machines without Node.js get: dist/machines/. Used by local/build.mjs --machines.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tar from "tar";
import { AGENTS_NODE, bringNode, nodePackage, nodeProgram } from "../node-runtime.mjs";
import { makeSingleExecutable } from "./single-executable.mjs";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const from = (...names) => join(checkout, ...names);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Architectures, as Node.js names them. */
const ARCHITECTURES = ["x64", "arm64"];

/** Files of an archive besides Node.js and the parts of the command line: name, source, mode. */
const CONTENT = [
  ["cloud-submit", "local/machines/cloud-submit", 0o755],
  ["cloud-submit.cjs", "dist/cloud-submit.cjs", 0o755],
  ["cloud-submit.sh", "cli/sh/cloud-submit.sh", 0o755],
  ["LICENSE", "LICENSE", 0o644],
  ["THIRD-PARTY-NOTICES.txt", "dist/THIRD-PARTY-NOTICES.txt", 0o644],
];

/**
 * Builds dist/machines/ from what dist/ holds: for each architecture a single executable and an archive with Node.js, the
 * script for machines with the AWS CLI only, the licences, and SHA256SUMS over all. The same sources and the same Node.js make
 * the same archives; in the executable for the builder's own architecture, the code that V8 has compiled may differ.
 * @param bundle builds the command line as a single executable has it: its first file at a path from the root, the others beside it
 * @throws Error when a Node.js runtime cannot be had
 */
export async function buildMachines(bundle, architectures = ARCHITECTURES) {
  const { version } = JSON.parse(readFileSync(from("package.json"), "utf8"));
  const target = from("dist", "machines");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  if (!existsSync(nodeProgram(AGENTS_NODE))) bringNode(AGENTS_NODE);
  const single = join(target, ".single");
  await bundle(join("dist", "machines", ".single", "cloud-submit.cjs"));
  const parts = join(single, "cloud-submit-files");
  const assets = Object.fromEntries(readdirSync(parts).map((name) => [name, join(parts, name)]));
  const code = compile(nodeProgram(AGENTS_NODE), parts, join(single, "code"));
  for (const arch of architectures) {
    const name = archiveName(version, arch);
    const tree = join(target, ".tree");
    buildArchive(tree, name, arch, target);
    await makeSingleExecutable({
      script: join(single, "cloud-submit.cjs"),
      assets: arch === process.arch ? { ...assets, ...code } : assets,
      runnable: nodeProgram(AGENTS_NODE),
      node: join(tree, name, "node"),
      path: join(target, `cloud-submit-linux-${arch}`),
      cached: arch === process.arch,
    });
    writeFileSync(join(target, "LICENSES.txt"), licences(join(tree, name)));
    rmSync(tree, { recursive: true });
  }
  rmSync(single, { recursive: true });
  copyFileSync(from("cli", "sh", "cloud-submit.sh"), join(target, "cloud-submit.sh"));
  const names = readdirSync(target).toSorted();
  const sums = names.map((name) => `${sha256(readFileSync(join(target, name)))}  ${name}\n`);
  writeFileSync(join(target, "SHA256SUMS"), sums.join(""));
}

/** Compiles parts as Node.js does before it runs them; returns the paths of their code by asset, `<name>.code`. */
function compile(node, parts, into) {
  mkdirSync(into);
  const script = from("local", "machines", "compile-parts.cjs");
  const made = spawnSync(node, [script, parts, into], { encoding: "utf8" });
  if (made.error || made.status !== 0)
    throw new Error(`${node} compiled no parts: ${made.error?.message ?? made.stderr}`);
  return Object.fromEntries(readdirSync(into).map((name) => [name, join(into, name)]));
}

const archiveName = (version, arch) => `cloud-submit-${version}-linux-${arch}`;

/**
 * Builds one archive into a folder, from what dist/ holds.
 * @param tree an empty folder, in which its content is laid out
 * @param name of the archive, and of the folder in it
 */
export function buildArchive(tree, name, arch, target) {
  layOut(join(tree, name), arch);
  pack(tree, name, join(target, `${name}.tar.gz`));
}

/** Lays the content of one archive out in a folder. */
function layOut(folder, arch) {
  mkdirSync(join(folder, "cloud-submit-files"), { recursive: true });
  void tar.extract({
    sync: true,
    file: nodePackage(arch),
    cwd: folder,
    filter: (path) => path === "package/bin/node" || path === "package/LICENSE",
    strip: 1,
  });
  copyFileSync(join(folder, "bin", "node"), join(folder, "node"));
  rmSync(join(folder, "bin"), { recursive: true });
  copyFileSync(join(folder, "LICENSE"), join(folder, "LICENSE-nodejs"));
  for (const [name, source, mode] of CONTENT) {
    copyFileSync(from(source), join(folder, name));
    chmodSync(join(folder, name), mode);
  }
  for (const name of readdirSync(from("dist", "cloud-submit-files"))) {
    copyFileSync(
      from("dist", "cloud-submit-files", name),
      join(folder, "cloud-submit-files", name),
    );
    chmodSync(join(folder, "cloud-submit-files", name), 0o644);
  }
  chmodSync(join(folder, "LICENSE-nodejs"), 0o644);
  for (const name of ["node", "cloud-submit-files", ""]) chmodSync(join(folder, name), 0o755);
}

/** All in one order, without times and owners. */
function pack(tree, name, file) {
  const parts = readdirSync(join(tree, name), { recursive: true }).map(String).toSorted();
  // It is done when it returns: sync.
  void tar.create(
    {
      sync: true,
      file,
      cwd: tree,
      gzip: { level: 6 },
      portable: true,
      noDirRecurse: true,
      mtime: new Date(0),
    },
    [name, ...parts.map((part) => `${name}/${part}`)],
  );
}

/** The licences that go with every copy of a single executable. */
function licences(folder) {
  const names = ["LICENSE", "THIRD-PARTY-NOTICES.txt", "LICENSE-nodejs"];
  return names
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join(`\n${"=".repeat(80)}\n\n`);
}
