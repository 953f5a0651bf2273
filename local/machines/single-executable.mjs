// Makes a single executable of a script and Node.js. Source: nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutSymbols } from "./without-symbols.mjs";

/** Where Node.js looks for the script, and the mark in its file that says that there is one. Source: the page above. */
const BLOB = "NODE_SEA_BLOB";
export const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/**
 * @param script the path of a CommonJS file that needs no other
 * @param assets paths of files that it asks Node.js for, by name
 * @param runnable Node.js of the same version, for this machine
 * @param node Node.js for the machine that it is for
 * @param path where the executable goes
 * @param cached whether compiled code of the script goes with it: only for machines of the builder's own kind
 * @throws Error saying what failed
 */
export async function makeSingleExecutable({ script, assets, runnable, node, path, cached }) {
  const work = mkdtempSync(join(tmpdir(), "cloud-submit-single-"));
  try {
    const output = join(work, "blob");
    const config = join(work, "config.json");
    const wanted = {
      main: script,
      output,
      disableExperimentalSEAWarning: true,
      useCodeCache: cached,
      assets,
    };
    writeFileSync(config, JSON.stringify(wanted));
    const made = spawnSync(runnable, ["--experimental-sea-config", config], { encoding: "utf8" });
    if (made.error || made.status !== 0)
      throw new Error(`${runnable} made no blob: ${made.error?.message ?? made.stderr}`);
    // Symbols go first: what is put in lies behind them, and would be taken out.
    writeFileSync(path, withoutSymbols(readFileSync(node)), { mode: 0o755 });
    await inject(path, readFileSync(output));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** postject prints what it does, and a warning about a name that nothing needs. */
async function inject(path, blob) {
  const { inject: put } = createRequire(import.meta.url)("postject");
  const { log, warn, error } = console;
  Object.assign(console, { log() {}, warn() {}, error() {} });
  try {
    await put(path, BLOB, blob, { sentinelFuse: FUSE });
  } finally {
    Object.assign(console, { log, warn, error });
  }
}
