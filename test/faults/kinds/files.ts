import type { FaultKind } from "../fault-kind.ts";

/** What a job may leave behind that cannot be brought back as it is. */
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
    // It outlives the job, in a session of its own, and ends by itself.
    name: "file: changes while it is read",
    script:
      "(setsid bash -c 'while [ $SECONDS -lt 20 ]; do echo more >> churn; sleep 0.05; done' > /dev/null 2>&1 &)",
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
        times: 10,
        delayMs: 500,
      });
    },
  },
];
