import { eachBounded } from "../../bucket/flow/each-bounded.ts";
import { Throttled } from "./ssm-service.ts";
import type { Design, World } from "./world.ts";

/** As it was in commit 19572bd: the SDK's tries, and its waits after throttling. Source: StandardRetryStrategy. */
const TRIES = 8;
const RETRY_MS = 500;
const RETRY_LONGEST_MS = 20_000;
/** No try begins after that. */
const CALL_MS = 45_000;
/** The sweep: how often, what is old enough for it, how many at a time, and how long Lambda lets it. */
const SWEEP_MS = 300_000;
const REDISPATCH_MS = 240_000;
const SWEPT_AT_ONCE = 8;

/** The design before this one: each job has an SSM command of its own, and the sweep sends what SSM did not take. */
export function commandEach({ timeline, chance, values, ssm, headNode }: World): Design {
  let sends = 0;
  /** Whether SSM has taken it, after all its tries. */
  const send = async (job: number): Promise<boolean> => {
    const random = chance.of((sends += 1), 8);
    const began = timeline.now();
    for (let attempt = 0; attempt < TRIES && timeline.now() - began <= CALL_MS; attempt++) {
      try {
        await ssm.send(job);
        return true;
      } catch (error) {
        if (!(error instanceof Throttled)) throw error;
        await timeline.sleep(
          random.fraction() * Math.min(RETRY_LONGEST_MS, RETRY_MS * 2 ** attempt),
        );
      }
    }
    return false;
  };

  const sweep = async () => {
    const until = timeline.now() + SWEEP_MS;
    const old = await headNode.listOpen(timeline.now() - REDISPATCH_MS);
    const pending = old.filter((job) => !headNode.knows(job));
    await eachBounded(pending, SWEPT_AT_ONCE, async (job) => {
      if (timeline.now() > until) return;
      await timeline.sleep(2 * values.s3ReadMs);
      if (!headNode.knows(job) && !ssm.onTheirWay.has(job)) await send(job);
    });
  };

  return {
    concurrency: values.accountConcurrency,
    instance: () => async (job) => {
      await timeline.sleep(values.s3ReadMs);
      if (headNode.knows(job) || !headNode.mark(job)) return;
      await timeline.sleep(values.s3WriteMs + values.s3ReadMs);
      await send(job);
    },
    onDelivered: (job) =>
      timeline.spawn(async () => {
        await timeline.sleep(values.s3ReadMs);
        await headNode.take([job]);
      }),
    start: () =>
      timeline.spawn(async () => {
        const phase = chance.of(0, 10).fraction();
        await timeline.sleep(phase * SWEEP_MS);
        for (;;) {
          timeline.spawn(sweep);
          await timeline.sleep(SWEEP_MS);
        }
      }),
  };
}
