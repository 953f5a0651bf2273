import { spawnSync } from "node:child_process";

const local = (...args) =>
  spawnSync(process.execPath, ["dist/local/local.mjs", ...args], { stdio: ["ignore", 2, 2] })
    .status;

/** Brings the local cloud up; one that was up before stays up afterwards. */
export default function cloudUp() {
  globalThis.cloudWasUp = local("status") === 0;
  if (local("up") !== 0) throw new Error("the local cloud did not come up");
}
