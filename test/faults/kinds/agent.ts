import { PHASES, REPEATED } from "../../../headnode/journal/job-entry.ts";
import type { S3Fault, S3Rule } from "../../../local/faults/s3-fault.ts";
import type { SbatchFault } from "../../../local/faults/slurm-commands.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** The requests of the agent for one job, in order: between two of them is a step. */
const REQUESTS: readonly ((prefix: string) => Pick<S3Rule, "operation" | "key" | "status">)[] = [
  (prefix) => ({ operation: "read", key: `^${prefix}/job-aws-stat.txt$` }),
  (prefix) => ({ operation: "list", key: `^${prefix}/` }),
  (prefix) => ({ operation: "read", key: `^${prefix}/in/` }),
  (prefix) => ({ operation: "write", key: `^${prefix}/job-aws-jobid.txt$` }),
  (prefix) => ({ operation: "write", key: `^${prefix}/job-aws-stat.txt$`, status: "JOB_SUBMIT" }),
  (prefix) => ({ operation: "delete", key: `^.cloud-submit/pending/${prefix}/` }),
  (prefix) => ({ operation: "write", key: `^${prefix}/out` }),
  (prefix) => ({ operation: "write", key: `^${prefix}/job-aws-job.json$` }),
  (prefix) => ({ operation: "write", key: `^${prefix}/job-aws-stat.txt$`, status: "JOB_COMPLETE" }),
];

/** Kills the agent at some of its requests. */
async function killAtRequests(scene: Scene, fault: S3Fault): Promise<void> {
  for (const request of scene.random.some(REQUESTS, 3))
    await scene.s3({ side: "agent", fault, ...request(scene.prefix) });
}

/** Phases that every job which runs goes through. */
const RUN_PHASES = PHASES.filter((phase) => phase !== "failing" && !REPEATED.has(phase));

function sbatchKind(fault: SbatchFault): FaultKind {
  return {
    name: `sbatch: ${fault}`,
    before: (scene) => {
      scene.sbatch(fault);
      scene.injected += 1;
    },
  };
}

/** Faults of the agent, and of the one call that must not happen twice. */
export const agentKinds: readonly FaultKind[] = [
  ...(["no-answer-before", "no-answer-after"] as const).map(sbatchKind),
  {
    name: "agent: killed before a request",
    rough: true,
    shapes: ["files", "array"],
    before: (scene) => killAtRequests(scene, "kill-before"),
  },
  {
    name: "agent: killed after a request",
    rough: true,
    shapes: ["files", "array"],
    before: (scene) => killAtRequests(scene, "kill-after"),
  },
  {
    name: "agent: killed after a step",
    rough: true,
    before: (scene) => {
      for (const phase of scene.random.some(RUN_PHASES, 3)) scene.killAt(phase);
    },
  },
  {
    name: "agent: killed every second",
    rough: true,
    shapes: ["long", "large"],
    during: async (scene) => {
      for (let kills = 0; kills < 5; kills++) {
        await scene.pause(scene.random.int(400, 1300));
        // It may be away already, for another's sake.
        while (!scene.kill()) await scene.pause(100);
      }
    },
  },
  {
    name: "agent: killed while sbatch runs",
    rough: true,
    before: (scene) => {
      scene.sbatch("slow");
      scene.killAt("submitting");
    },
  },
  ...(["kill-before", "kill-after"] as const).map((fault) => ({
    ...sbatchKind(fault),
    rough: true,
  })),
];
