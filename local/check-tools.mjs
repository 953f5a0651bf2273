// Node.js and Python: what has to be there already.
import { spawnSync } from "node:child_process";
import { stop } from "./run-step.mjs";

/** Ends with what to do when this Node.js is too old. */
export function checkNode() {
  // zlib.crc32 came with 20.15.
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 15)) {
    stop(
      `Node.js ${process.versions.node} is too old: install Node.js 20.15 or newer and run this again`,
    );
  }
}

/** Ends with what to do when there is no Python, or an old one. */
export function checkPython() {
  const script = "import sys; print('%d.%d' % sys.version_info[:2])";
  const { stdout } = spawnSync("python3", ["-c", script], { encoding: "utf8" });
  const [major, minor] = (stdout ?? "").trim().split(".").map(Number);
  if (!(major === 3 && minor >= 10)) {
    stop(
      `Python 3.10 or newer is needed as python3 (found: ${(stdout ?? "").trim() || "none"}): install it and run this again`,
    );
  }
}
