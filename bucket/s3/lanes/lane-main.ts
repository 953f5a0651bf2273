// Loaded before it says that it is there: until then V8 takes the code that Node.js has of its own modules (cli/quick-engine.ts).
// oxlint-disable-next-line import/no-unassigned-import -- what loads it later finds it there
import "node:tls";
import { parentPort, workerData } from "node:worker_threads";
import type { FromLane, LaneSettings, ToLane } from "./lane-message.ts";
import { LaneWork } from "./lane-work.ts";

// The program of a lane. Its first message, without content, says that it is there.
const post = (news: FromLane | undefined) =>
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(news);
const work = new LaneWork(workerData as LaneSettings, post);
parentPort?.on("message", (orders: ToLane) => work.take(orders));
post(undefined);
