import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { sweepRequestSchema } from "../protocol/event.ts";
import { census } from "./lib/census.ts";
import { functionConfig } from "./lib/config.ts";
import { realPorts } from "./lib/ports.ts";
import { withStack } from "./lib/stack.ts";
import { sweepPending } from "./lib/sweep-pending.ts";
import { logger, metrics } from "./lib/telemetry.ts";

const config = functionConfig();
const ports = realPorts(config);

/** A schedule → every request without an answer is sent again, or given up past the deadline. */
export const handler = withStack(sweepRequestSchema, async (event, context) => {
  const swept = await sweepPending(config, ports);
  const counted = event.census ? await census(config, context.awsRequestId, ports) : undefined;
  const failed = swept.failed.length + (counted?.failed.length ?? 0);
  logger[failed > 0 ? "error" : "info"]("swept", { swept, census: counted });
  metrics.addMetric("RequestsWaiting", MetricUnit.Count, swept.sent + swept.onTheirWay);
  metrics.addMetric("OldestRequestAge", MetricUnit.Seconds, swept.oldestSeconds);
}).use(logMetrics(metrics));
