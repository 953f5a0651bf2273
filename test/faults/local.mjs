import { spawnSync } from "node:child_process";

/** Runs a verb of the local cloud that faults are put into. */
export function local(verb) {
  const { status } = spawnSync(process.execPath, ["dist/local/local.mjs", verb], {
    stdio: ["ignore", 2, 2],
    env: { ...process.env, CLOUD_SUBMIT_LOCAL_FAULTS: "1" },
  });
  if (status !== 0) throw new Error(`the local cloud did not go ${verb}`);
}
