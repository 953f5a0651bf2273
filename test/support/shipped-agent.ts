import { join } from "node:path";
// @ts-expect-error: a build script without types
import { buildAgent } from "../../local/build.mjs";

/** Builds the agent as it is shipped into a folder; returns the path of its program. */
export async function shippedAgent(folder: string): Promise<string> {
  const path = join(folder, "agent.cjs");
  await buildAgent(path);
  return path;
}
