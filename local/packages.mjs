// Makes the agent's packages for Head Nodes: dist/headnode/. Used by local/build.mjs --packages.
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
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
import { nodePackage } from "./node-runtime.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const readJson = (file) => JSON.parse(readFileSync(join(checkout, file), "utf8"));

/** Architectures that there are packages for, as Node.js names them. */
export const ARCHITECTURES = ["x64", "arm64"];

/** Files of a package besides the Node.js runtime: name, source, mode. */
const CONTENT = [
  ["agent.cjs", "dist/agent.cjs", 0o644],
  ["slurm-launcher.cjs", "dist/slurm-launcher.cjs", 0o644],
  ["cloud-submit-agent.service", "headnode/install/cloud-submit-agent.service", 0o644],
  ["hooks/request", "headnode/hooks/request.sh", 0o755],
  ["hooks/slurm-ended", "headnode/hooks/slurm-ended.sh", 0o755],
  ["install.sh", "dist/headnode/install.sh", 0o755],
  // Of the project, and of what is bundled into the agent; that of Node.js comes with it.
  ["LICENSE", "LICENSE", 0o644],
  ["THIRD-PARTY-NOTICES.txt", "dist/agent-notices.txt", 0o644],
];

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Lays the content of one package out in a folder. */
function layOut(folder, arch, version) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "hooks"), { recursive: true });
  void tar.extract({
    sync: true,
    file: nodePackage(arch),
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
  const sums = names.map((name) => `${sha256(readFileSync(join(target, name)))}  ${name}\n`);
  writeFileSync(join(target, "SHA256SUMS"), sums.join(""));
}
