// Versions of Node.js, each from the npm package that holds its official binary: for the agent's packages, and for
// the tests of all versions that the programs may run on. No dependencies: setup.mjs needs it before they are there.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(checkout, ".local", "node-runtime");
const { agent, integrity } = JSON.parse(
  readFileSync(join(checkout, "local", "node-runtime.json"), "utf8"),
);

/** The version that the agent's packages bring. */
export const AGENTS_NODE = agent;

/** The versions that tests use on this machine: those that npm has for it. */
export const TESTED_NODES = Object.keys(integrity).filter(
  (version) => integrity[version][process.arch] !== undefined,
);

/** The program of one of these versions, once it was brought. */
export function nodeProgram(version) {
  return join(home, version, "node");
}

/**
 * The npm package that holds Node.js for an architecture; fetched once, and what is pinned or nothing.
 * @returns its path
 * @throws Error when it cannot be fetched, or is not the pinned one
 */
export function nodePackage(arch, version = AGENTS_NODE) {
  const name = `node-linux-${arch}`;
  const path = join(home, `${name}-${version}.tgz`);
  const isPinned = (file) =>
    `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}` ===
    integrity[version][arch];
  if (existsSync(path) && isPinned(path)) return path;
  const fresh = join(home, `.fetch-${arch}-${version}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  run("npm", ["pack", "--silent", "--pack-destination", fresh, `${name}@${version}`]);
  const fetched = join(fresh, `${name}-${version}.tgz`);
  if (!isPinned(fetched)) throw new Error(`${name}@${version} is not the pinned one`);
  renameSync(fetched, path);
  rmSync(fresh, { recursive: true });
  return path;
}

/**
 * Brings the program of a version for this machine.
 * @throws Error when it cannot be fetched, is not the pinned one, or cannot be unpacked
 */
export function bringNode(version) {
  const file = nodePackage(process.arch, version);
  const fresh = join(home, `.unpack-${version}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  run("tar", ["-xzf", file, "-C", fresh, "--strip-components=2", "package/bin/node"]);
  rmSync(join(home, version), { recursive: true, force: true });
  renameSync(fresh, join(home, version));
  if (version !== AGENTS_NODE) rmSync(file);
}

function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: checkout,
    encoding: "utf8",
  });
  if (error || status !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `${stdout}${stderr}`}`);
}
