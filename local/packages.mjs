// Makes the agent's packages for Head Nodes: dist/headnode/. Used by local/build.mjs --packages.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tar from "tar";
import { installScript } from "./install-script.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const readJson = (file) => JSON.parse(readFileSync(join(checkout, file), "utf8"));

/** Architectures that there are packages for, as Node.js names them. */
export const ARCHITECTURES = ["x64", "arm64"];

/** Files of a package besides the Node.js runtime: name, source, mode. */
const CONTENT = [
  ["agent.cjs", "dist/agent.cjs", 0o644],
  ["cloud-submit-agent.service", "headnode/install/cloud-submit-agent.service", 0o644],
  ["hooks/request", "headnode/hooks/request.sh", 0o755],
  ["hooks/slurm-ended", "headnode/hooks/slurm-ended.sh", 0o755],
  ["install.sh", "dist/headnode/install.sh", 0o755],
  // Of the project, and of what is bundled into the agent; that of Node.js comes with it.
  ["LICENSE", "LICENSE", 0o644],
  ["THIRD-PARTY-NOTICES.txt", "dist/agent-notices.txt", 0o644],
];

const hashOf = (algorithm, encoding, bytes) => createHash(algorithm).update(bytes).digest(encoding);

/**
 * The npm package that holds Node.js for an architecture; fetched once, and what is pinned or nothing.
 * @returns its path
 * @throws Error when it cannot be fetched, or is not the pinned one
 */
function nodeRuntime(arch) {
  const { version, integrity } = readJson("local/node-runtime.json");
  const folder = join(checkout, ".local", "node-runtime");
  const path = join(folder, `node-linux-${arch}-${version}.tgz`);
  const isPinned = (file) =>
    `sha512-${hashOf("sha512", "base64", readFileSync(file))}` === integrity[arch];
  if (existsSync(path) && isPinned(path)) return path;
  const fresh = join(folder, `.fetch-${arch}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const args = ["pack", "--silent", "--pack-destination", fresh, `node-linux-${arch}@${version}`];
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: checkout, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed: ${stdout}${stderr}`);
  const fetched = join(fresh, `node-linux-${arch}-${version}.tgz`);
  if (!isPinned(fetched)) throw new Error(`node-linux-${arch}@${version} is not the pinned one`);
  renameSync(fetched, path);
  rmSync(fresh, { recursive: true });
  return path;
}

/** Lays the content of one package out in a folder. */
function layOut(folder, arch, version) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "hooks"), { recursive: true });
  void tar.extract({
    sync: true,
    file: nodeRuntime(arch),
    cwd: folder,
    strip: 1,
    filter: (path) => path === "package/bin/node" || path === "package/LICENSE",
  });
  renameSync(join(folder, "LICENSE"), join(folder, "LICENSE-nodejs"));
  chmodSync(join(folder, "LICENSE-nodejs"), 0o644);
  chmodSync(join(folder, "bin", "node"), 0o755);
  for (const [name, source, mode] of CONTENT) {
    copyFileSync(join(checkout, source), join(folder, name));
    chmodSync(join(folder, name), mode);
  }
  writeFileSync(join(folder, "VERSION"), `${version}\n`, { mode: 0o644 });
  for (const name of ["bin", "hooks"]) chmodSync(join(folder, name), 0o755);
}

/**
 * Builds dist/headnode/: a package for each architecture, install.sh, and SHA256SUMS over them. The same
 * sources and the same Node.js make the same bytes: the same order, no times, no owners.
 * @throws Error when a Node.js runtime cannot be had
 */
export function buildPackages(architectures = ARCHITECTURES) {
  const { version } = readJson("package.json");
  const target = join(checkout, "dist", "headnode");
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const names = ["install.sh"];
  writeFileSync(join(target, "install.sh"), installScript(), { mode: 0o755 });
  for (const arch of architectures) {
    const tree = join(target, `.${arch}`);
    layOut(tree, arch, version);
    const name = `cloud-submit-agent-${version}-linux-${arch}.tar.gz`;
    // It is done when it returns: sync.
    void tar.create(
      {
        sync: true,
        file: join(target, name),
        cwd: tree,
        gzip: { level: 6 },
        portable: true,
        noDirRecurse: true,
        mtime: new Date(0),
      },
      [...CONTENT.map(([file]) => file), "LICENSE-nodejs", "VERSION", "bin", "bin/node"],
    );
    rmSync(tree, { recursive: true });
    names.push(name);
  }
  const sums = names.map(
    (name) => `${hashOf("sha256", "hex", readFileSync(join(target, name)))}  ${name}\n`,
  );
  writeFileSync(join(target, "SHA256SUMS"), sums.join(""));
}
