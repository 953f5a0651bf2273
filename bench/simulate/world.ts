import type { Chance } from "./chance.ts";
import type { HeadNodeModel } from "./head-node-model.ts";
import type { Handler } from "./lambda-queue.ts";
import type { Values } from "./quotas.ts";
import type { SsmService } from "./ssm-service.ts";
import type { Timeline } from "./timeline.ts";

/** Everything that a design works with. */
export interface World {
  timeline: Timeline;
  chance: Chance;
  values: Values;
  ssm: SsmService;
  headNode: HeadNodeModel;
}

/** How requests come from the bucket to the agent. */
export interface Design {
  /** Instances of dispatch at a time. */
  concurrency: number;
  /** A further instance of dispatch. */
  instance: () => Handler;
  /** A command for this job has left its request on the Head Node. */
  onDelivered: (job: number) => void;
  /** Starts what runs from time to time. */
  start: () => void;
}
