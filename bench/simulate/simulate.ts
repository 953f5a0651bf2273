import { Chance } from "./chance.ts";
import { commandEach } from "./command-each.ts";
import { doorbell } from "./doorbell.ts";
import { HeadNodeModel, type JobTimes } from "./head-node-model.ts";
import { LambdaQueue } from "./lambda-queue.ts";
import type { Values } from "./quotas.ts";
import { SsmService } from "./ssm-service.ts";
import { Timeline } from "./timeline.ts";
import type { Design, World } from "./world.ts";

/** The designs that can be simulated. */
export const DESIGNS = {
  doorbell,
  "command-each": commandEach,
} satisfies Record<string, (world: World) => Design>;
export type DesignName = keyof typeof DESIGNS;

export interface Simulation {
  design: DesignName;
  jobs: number;
  seed: number;
  values: Values;
  /** Whether a command that SSM has accepted comes to nothing, by its number; none by default. */
  isLost?: (command: number) => boolean;
}

/** How many jobs went from the first FILE_UPLOAD to their ends. */
export interface Simulated {
  /** The last is the other submitter's. */
  times: JobTimes[];
  commands: number;
  commandsRefused: number;
  commandsRedelivered: number;
  calls: number;
  callsThrottled: number;
  /** Pages of listings of what is pending. */
  listed: number;
  removals: number;
  /** Markers that are left in the end. */
  left: number;
}

/**
 * Lets a number of jobs of one submitter, all asked for as fast as S3 takes them, and one of another's a little later, go
 * the whole way. The same seed: the same result.
 */
export async function simulate(simulation: Simulation): Promise<Simulated> {
  const { jobs, seed, values, design: name, isLost = () => false } = simulation;
  const timeline = new Timeline();
  const chance = new Chance(seed);
  const times = Array.from({ length: jobs + 1 }, (_, job): JobTimes => {
    const isOther = job === jobs;
    const asked = isOther ? values.otherMs : (job / values.uploadsPerSecond) * 1000;
    const submitter = isOther ? "other" : "many";
    return { submitter, asked, taken: [], submitted: [], ended: [] };
  });
  const headNode = new HeadNodeModel(timeline, values, times);
  let design: Design | undefined;
  const onDelivered = (job: number) => design?.onDelivered(job);
  const ssm = new SsmService({ timeline, chance, values, isLost, onDelivered });
  const isOver = () =>
    headNode.ended === times.length && headNode.openCount === 0 && lambda.pending === 0;
  design = DESIGNS[name]({ timeline, chance, values, ssm, headNode });
  const lambda = new LambdaQueue({ timeline, chance, values, ...design });
  design.start();
  for (const [job, { asked }] of times.entries())
    timeline.spawn(async () => {
      await timeline.sleep(asked);
      lambda.created(job);
    });
  await timeline.run(isOver);
  return {
    times,
    commands: ssm.sent,
    commandsRefused: ssm.refused,
    commandsRedelivered: ssm.redelivered,
    calls: lambda.calls,
    callsThrottled: lambda.throttled,
    listed: headNode.listed,
    removals: headNode.removals,
    left: headNode.openCount,
  };
}
