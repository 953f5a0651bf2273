import { spawnSync } from "node:child_process";

/** Leaves things as they were. */
export default function cloudDown() {
  if (globalThis.cloudWasUp) return;
  const { status } = spawnSync(process.execPath, ["dist/local/local.mjs", "down"], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("the local cloud did not go down");
}
