import { MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import { sweepRequestSchema } from "../protocol/event.ts";
import { realPorts } from "./aws/ports.ts";
import { slowLook } from "./requests/slow-look.ts";
import { sweepPending } from "./requests/sweep-pending.ts";
import { abortedAfter } from "./setup/aborted-after.ts";
import { functionConfig } from "./setup/config.ts";
import { withStack } from "./setup/stack.ts";
import { logger, metrics } from "./setup/telemetry.ts";

const config = functionConfig();
const ports = realPorts(config);

/**
 * Milliseconds that what has begun may still take: a call of S3 is tried again for 45 s. Lambda would end the function in the
 * middle of it, as an error.
 */
const LONGEST_MS = 60_000;

/** A schedule → the bell is rung for what is pending for long, and what is past the deadline is given up. */
export const handler = withStack(sweepRequestSchema, async (event, context) => {
  const timeIsUp = abortedAfter(context.getRemainingTimeInMillis() - LONGEST_MS);
  const swept = await sweepPending(config, ports, timeIsUp);
  const looked = event.census
    ? await slowLook(config, context.awsRequestId, ports, timeIsUp)
    : undefined;
  const failed = swept.failed.length + (looked?.failed.length ?? 0);
  logger[failed === 0 ? "info" : "error"]("swept", { swept, slowLook: looked });
  metrics.addMetric("RequestsWaiting", MetricUnit.Count, swept.waiting);
  metrics.addMetric("OldestRequestAge", MetricUnit.Seconds, swept.oldestSeconds);
}).use(logMetrics(metrics));
