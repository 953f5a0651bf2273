import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { type StateChange, stateChangeEventSchema } from "../protocol/event.ts";
import { withStack } from "./lib/stack.ts";
import { logger, metrics } from "./lib/telemetry.ts";

/** Job State Change → one structured line in CloudWatch Logs, and metrics. */
export const handler = withStack(stateChangeEventSchema, async (event) => {
  // "none" because the logger leaves out null.
  logger.info("Job State Change", {
    ...event.detail,
    from: event.detail.from ?? "none",
    eventId: event.id,
  });
  measure(event.detail);
}).use(logMetrics(metrics));

/** Counts the change under its state and outcome; bytes once, with the change that ends their way. */
function measure({ to, outcome, bytesIn, bytesOut }: StateChange): void {
  metrics.addDimension("state", to);
  if (outcome) metrics.addDimension("outcome", outcome);
  metrics.addMetric("JobStateChange", MetricUnit.Count, 1);
  if (to === "JOB_SUBMIT") metrics.addMetric("BytesIn", MetricUnit.Bytes, bytesIn ?? 0);
  if (to === "JOB_COMPLETE") metrics.addMetric("BytesOut", MetricUnit.Bytes, bytesOut ?? 0);
}
