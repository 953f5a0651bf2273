import type { Worker } from "node:worker_threads";
import { hasRoomForThread } from "./address-space.ts";
import type { LaneSettings } from "./lane-message.ts";

/** Bounds the heap of a lane, in MiB; buffers are not in it. */
const HEAP = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

export interface LaneThreadOptions {
  settings: () => Promise<LaneSettings>;
  /** For tests: as the build puts it into lane-program.ts. */
  program?: () => Promise<string | undefined>;
}

/**
 * Starts the thread of a lane.
 *
 * @throws when there can be none
 */
export async function startLaneThread({
  settings,
  program = shippedProgram,
}: LaneThreadOptions): Promise<Worker> {
  const text = await program();
  if (text === undefined) throw new Error("built without lanes");
  if (!(await hasRoomForThread())) throw new Error("a limit leaves no addresses for a thread");
  const threads = await import("node:worker_threads");
  const workerData = await settings();
  // Node.js reads some of its own settings for TLS from the environment.
  return new threads.Worker(text, {
    eval: true,
    env: threads.SHARE_ENV,
    resourceLimits: HEAP,
    workerData,
  });
}

async function shippedProgram(): Promise<string | undefined> {
  return (await import("./lane-program.ts")).LANE_PROGRAM;
}
