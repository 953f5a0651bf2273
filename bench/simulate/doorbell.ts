import { Doorbell } from "../../functions/requests/doorbell.ts";
import type { RequestId } from "../../protocol/request.ts";
import { QueueModel, requestOf } from "./queue-model.ts";
import type { Design, World } from "./world.ts";

/** The design as it is: markers are the queue, and SSM commands ring for all of them. */
export function doorbell({ timeline, values, ssm, headNode }: World): Design {
  const queue = new QueueModel(timeline, headNode);
  return {
    concurrency: values.dispatchConcurrency,
    instance: () => {
      const way = { send: (request: RequestId) => ssm.send(Number(request.prefix)) };
      const bell = new Doorbell(way, () => new Date(timeline.now()));
      return async (job) => {
        await timeline.sleep(values.s3ReadMs);
        // The status object tells of the answer by then.
        if (headNode.knows(job)) return;
        await timeline.sleep(values.s3WriteMs);
        if (headNode.mark(job)) await bell.ring(requestOf(job));
      };
    },
    onDelivered: (job) => queue.rung(job),
    start: () => queue.start(),
  };
}
