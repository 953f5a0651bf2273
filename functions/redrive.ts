import * as z from "zod";
import { redrivePorts } from "./aws/dead-letter-queue.ts";
import { type RedriveReport, redriveLetters } from "./requests/redrive-letters.ts";
import { abortedAfter } from "./setup/aborted-after.ts";
import { redriveConfig } from "./setup/config.ts";
import { withStack } from "./setup/stack.ts";
import { logger } from "./setup/telemetry.ts";

const config = redriveConfig();
const ports = redrivePorts(config);

/** Milliseconds that a batch may still take that has begun: the functions that it starts have 60 s. */
const LONGEST_MS = 80_000;

/** An administrator's call → each message of the dead-letter queue is done again, and removed if that succeeds. */
export const handler = withStack(z.unknown(), async (_event, context): Promise<RedriveReport> => {
  const timeIsUp = abortedAfter(context.getRemainingTimeInMillis() - LONGEST_MS);
  const report = await redriveLetters(`${config.stack}-sweep`, ports, timeIsUp);
  logger[report.failed + report.unknown === 0 ? "info" : "warn"]("redriven", { ...report });
  return report;
});
