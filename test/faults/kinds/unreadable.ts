import type { S3Fault } from "../../../local/faults/s3-fault.ts";
import type { FaultKind } from "../fault-kind.ts";

/** An input that S3 refuses to every client, or to the cluster, at each attempt. */
export const unreadableKinds: readonly FaultKind[] = (
  ["archived", "customer-key", "denied"] satisfies S3Fault[]
).map((fault) => ({
  name: `object: ${fault}`,
  shapes: ["files", "array"],
  expected: { states: ["JOB_ERROR"], outcomes: ["rejected"], sbatch: 0, files: new Map() },
  before: (scene) => {
    const key = `^${scene.prefix}/in/a$`;
    return scene.s3({ side: "agent", operation: "read", fault, key, times: 1000 });
  },
  proof: async ({ cloud, prefix }) => {
    const error = (await cloud.bucket.record(prefix))?.error;
    if (error?.code !== "stage-in-failed" || !error.message.includes(`${prefix}/in/a`))
      throw new Error(`the record does not name the object: ${JSON.stringify(error)}`);
  },
}));
