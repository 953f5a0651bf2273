import { join } from "node:path";
import { readLocalEnv } from "../../local/cloud.ts";
import { runTool } from "../../local/process/run-tool.ts";
import type { Expected } from "./jobs.ts";
import type { Scene } from "./scene.ts";

/** The end of a submission that another client may be in the way of: it runs once, or not at all. */
export const ACCEPTED_OR_NOT: Partial<Expected> = {
  states: ["JOB_COMPLETE", "JOB_ERROR"],
  outcomes: ["completed", "rejected"],
  sbatchMin: 0,
  files: new Map(),
};

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
