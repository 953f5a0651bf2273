import { Doorbell } from "../../functions/requests/doorbell.ts";
import type { RequestId } from "../../protocol/request.ts";
import { Looks } from "./looks.ts";
import type { Design, World } from "./world.ts";

/** The design as it is: markers are the queue, and SSM commands ring for all of them. */
export function doorbell({ timeline, values, ssm, headNode, isOver }: World): Design {
  const looks = new Looks({
    timeline,
    look: async (rungFor) => {
      const news = (await headNode.listOpen()).filter((job) => !headNode.knows(job));
      // Cancels and more submitters than one are not simulated: the order is that of the requests.
      await headNode.take(news.toSorted((a, b) => a - b));
      return news.some((job) => !rungFor.has(job));
    },
  });
  return {
    concurrency: values.dispatchConcurrency,
    instance: () => {
      const headNodeOf = { send: (request: RequestId) => ssm.send(Number(request.prefix)) };
      const bell = new Doorbell(headNodeOf, () => new Date(timeline.now()));
      return async (job) => {
        await timeline.sleep(values.s3ReadMs);
        // A request that is answered already leaves a marker that the agent removes.
        if (headNode.knows(job) || !headNode.mark(job)) return;
        await timeline.sleep(values.s3WriteMs);
        await bell.ring({ prefix: `${job}`, action: "run", submission: SUBMISSION });
      };
    },
    onDelivered: (job) => looks.ring(job),
    start: () => looks.start(isOver),
  };
}

const SUBMISSION = "20260101T000000Z-000000000000";
