import { join } from "node:path";
import { readLocalEnv } from "../../local/cloud.ts";
import { runTool } from "../../local/process/run-tool.ts";
import type { Scene } from "./scene.ts";

/** Runs the command line of the project, as a user does: straight at S3, where no fault is put in. */
export function commandLine(
  { cloud: { config, bucket } }: Scene,
  ...args: string[]
): ReturnType<typeof runTool> {
  const program = join(config.checkout, "dist", "cloud-submit.cjs");
  const env = { ...config.baseEnv, ...readLocalEnv(config) };
  const all = [program, ...args, "--bucket", bucket.name];
  return runTool(process.execPath, all, env, { timeout: 120_000 });
}
