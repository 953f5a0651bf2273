import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import {
  auditEventSchema,
  PREFIX_REMOVED,
  STATE_CHANGE,
  type StateChange,
} from "../protocol/event.ts";
import { bucketOfStage } from "./setup/config.ts";
import { withStack } from "./setup/stack.ts";
import { logger, metrics } from "./setup/telemetry.ts";

const bucket = bucketOfStage();

/** Job State Change, or Job Removed → one structured line in CloudWatch Logs, and metrics. */
export const handler = withStack(auditEventSchema, async (event) => {
  if (event.detail.bucket !== bucket) {
    logger.info("nothing to do", { reason: "another bucket", bucket: event.detail.bucket });
    return;
  }
  if (event["detail-type"] === PREFIX_REMOVED) {
    logger.info(PREFIX_REMOVED, { ...event.detail, eventId: event.id });
    return;
  }
  // "none" because the logger leaves out null.
  logger.info(STATE_CHANGE, {
    ...event.detail,
    from: event.detail.from ?? "none",
    eventId: event.id,
  });
  measure(event.detail);
}).use(logMetrics(metrics));

/** Counts the change under its state and outcome, and what it tells of under the service alone. */
function measure({ to, outcome, bytesIn, bytesOut }: StateChange): void {
  metrics.addDimension("state", to);
  if (outcome) metrics.addDimension("outcome", outcome);
  metrics.addMetric("JobStateChange", MetricUnit.Count, 1);
  // Once for each job: with the change that ends the transfer.
  const alone = metrics.singleMetric();
  if (to === "JOB_SUBMIT") alone.addMetric("BytesIn", MetricUnit.Bytes, bytesIn ?? 0);
  if (to === "JOB_COMPLETE") alone.addMetric("BytesOut", MetricUnit.Bytes, bytesOut ?? 0);
  if (outcome === "unreachable" || outcome === "lost")
    alone.addMetric("JobsLost", MetricUnit.Count, 1);
}
