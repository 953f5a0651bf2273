import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { FaultKind } from "../fault-kind.ts";

/** Files of a job that cannot be brought back as they are. */
export const fileKinds: readonly FaultKind[] = [
  {
    name: "file: links that lead out of the folder",
    script: "ln -s /etc/passwd stolen\nln -s /etc folder",
    shapes: ["files", "exit"],
    expected: { skipped: ["stolen", "folder"] },
    before: (scene) => {
      scene.injected += 2;
    },
  },
  {
    // It outlives the job, in a session of its own, and ends when its file is taken away: agents that other
    // faults have killed may come to the results late.
    name: "file: changes while it is read",
    script:
      "(setsid bash -c 'exec > churn; while [ -e churn ] && [ $SECONDS -lt 600 ]; do echo more; sleep 0.05; done' 2> /dev/null &)",
    shapes: ["files"],
    expected: { skipped: ["churn"] },
    before: async (scene) => {
      // Slow enough that the file has changed by the time it is up, however often it is tried.
      const key = `^${scene.prefix}/churn$`;
      await scene.s3({
        side: "agent",
        operation: "write",
        fault: "slow",
        key,
        times: 1000,
        delayMs: 500,
      });
    },
    after: ({ cloud, prefix }) =>
      rm(join(cloud.config.work, prefix), { recursive: true, force: true }),
  },
];
