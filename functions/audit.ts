import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { stateChangeEventSchema } from "../protocol/event.ts";
import { withStack } from "./lib/stack.ts";
import { logger, metrics } from "./lib/telemetry.ts";

/** Job State Change → one structured line in CloudWatch Logs, and metrics. */
export const handler = withStack(stateChangeEventSchema, async (event) => {
  const change = event.detail;
  logger.info("Job State Change", { ...change, eventId: event.id });

  const perState = metrics.singleMetric();
  perState.addDimension("state", change.to);
  if (change.outcome) perState.addDimension("outcome", change.outcome);
  perState.addMetric("JobStateChange", MetricUnit.Count, 1);

  if (change.bytesIn !== undefined) metrics.addMetric("BytesIn", MetricUnit.Bytes, change.bytesIn);
  if (change.bytesOut !== undefined)
    metrics.addMetric("BytesOut", MetricUnit.Bytes, change.bytesOut);
});
