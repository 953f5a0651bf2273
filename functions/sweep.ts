import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { sweepRequestSchema } from "../protocol/event.ts";
import { realPorts } from "./aws/ports.ts";
import { census } from "./requests/census.ts";
import { sweepPending } from "./requests/sweep-pending.ts";
import { abortedAfter } from "./setup/aborted-after.ts";
import { functionConfig } from "./setup/config.ts";
import { withStack } from "./setup/stack.ts";
import { logger, metrics } from "./setup/telemetry.ts";

const config = functionConfig();
const ports = realPorts(config);

/**
 * Milliseconds that what has begun may still take: SSM is asked up to eight times, with growing pauses, while it takes no
 * more commands. Lambda would end the function in the middle of it, as an error.
 */
const LONGEST_MS = 60_000;

/** A schedule → every request without an answer is sent again, or given up past the deadline. */
export const handler = withStack(sweepRequestSchema, async (event, context) => {
  const timeIsUp = abortedAfter(context.getRemainingTimeInMillis() - LONGEST_MS);
  const swept = await sweepPending(config, ports, timeIsUp);
  const counted = event.census
    ? await census(config, context.awsRequestId, ports, timeIsUp)
    : undefined;
  const failed = swept.failed.length + (counted?.failed.length ?? 0);
  const isGood = failed === 0 && swept.notAsked === undefined;
  logger[isGood ? "info" : "error"]("swept", { swept, census: counted });
  const waiting = swept.sent + swept.onTheirWay + swept.refused + swept.left;
  metrics.addMetric("RequestsWaiting", MetricUnit.Count, waiting);
  metrics.addMetric("OldestRequestAge", MetricUnit.Seconds, swept.oldestSeconds);
}).use(logMetrics(metrics));
