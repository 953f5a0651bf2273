import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tar from "tar";
import { installScript } from "../../local/install-script.mjs";
import { temporaryFolder } from "./temporary-folder.ts";

const source = (name: string) => fileURLToPath(new URL(`../../headnode/${name}`, import.meta.url));

/** An agent that says that it is ready and waits; small, where the real one is not the point. */
const READY_AGENT = (version: string) => `
const { writeFileSync } = require("node:fs");
const file = process.env.CLOUD_SUBMIT_HOME + "/agent.json";
writeFileSync(file, JSON.stringify({ pid: process.pid, version: ${JSON.stringify(version)} }) + "\\n");
setInterval(() => {}, 1000);
`;

/** An agent that does not start. */
export const BROKEN_AGENT = "process.exit(1);";

export interface AgentPackage {
  /** Holds the package, install.sh and SHA256SUMS. */
  folder: string;
  version: string;
  /** File name of the package. */
  name: string;
  checksum: string;
}

/** A release with the project's own scripts and unit; its Node.js is the one that runs this test. */
export async function agentPackage(
  version: string,
  agent: string = READY_AGENT(version),
): Promise<AgentPackage> {
  const folder = temporaryFolder();
  const tree = temporaryFolder();
  for (const name of ["bin", "hooks"]) mkdirSync(join(tree, name), { mode: 0o755 });
  symlinkSync(process.execPath, join(tree, "bin/node"));
  writeFileSync(join(tree, "agent.cjs"), agent);
  writeFileSync(join(tree, "VERSION"), `${version}\n`);
  for (const [name, from] of [
    ["cloud-submit-agent.service", "install/cloud-submit-agent.service"],
    ["hooks/request", "hooks/request.sh"],
    ["hooks/slurm-ended", "hooks/slurm-ended.sh"],
  ] as const) {
    copyFileSync(source(from), join(tree, name));
    if (!name.endsWith(".service")) chmodSync(join(tree, name), 0o755);
  }
  writeFileSync(join(tree, "install.sh"), installScript(), { mode: 0o755 });
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  const name = `cloud-submit-agent-${version}-linux-${arch}.tar.gz`;
  await tar.create({ file: join(folder, name), cwd: tree, gzip: true, portable: true }, [
    "agent.cjs",
    "bin",
    "cloud-submit-agent.service",
    "hooks",
    "install.sh",
    "VERSION",
  ]);
  copyFileSync(join(tree, "install.sh"), join(folder, "install.sh"));
  const sum = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");
  writeFileSync(
    join(folder, "SHA256SUMS"),
    [name, "install.sh"].map((file) => `${sum(file)}  ${file}\n`).join(""),
  );
  return { folder, version, name, checksum: sum("SHA256SUMS") };
}
