import type { JobCosts } from "./counts.ts";
import type { LambdaResults } from "./lambda.ts";

/** US East (N. Virginia), list prices of November 2026 without the free tier, USD. */
const PRICES = {
  lambdaPerMillionCalls: 0.2,
  /** arm64 */
  lambdaPerGBSecond: 0.0000133334,
  /** Custom events, and S3's: those are "opt-in data events", unlike most that AWS sends. */
  eventBridgePerMillionEvents: 1,
  s3PerThousandWrites: 0.005,
  s3PerThousandReads: 0.0004,
  logsPerGB: 0.5,
};

const JOBS = 1000;

/** One line of the bill. */
export interface PriceLine {
  what: string;
  /** How the dollars come about. */
  sum: string;
  dollars: number;
}

/**
 * AWS costs of 1,000 jobs, without the cluster and the jobs' own files.
 *
 * @param costs of one of them: what many at once share is less for each
 */
export function priceLines(lambda: LambdaResults, costs: JobCosts): PriceLine[] {
  const { controlWrites, controlReads, objectEvents } = costs;
  const audit = lambda.functions.find(({ name }) => name === "audit")?.invocationsPerJob ?? 0;
  const logBytes = lambda.functions.reduce((sum, { logBytesPerJob }) => sum + logBytesPerJob, 0);
  const each = (what: string, amount: number, price: number, per: number, unit: string) => ({
    what,
    sum: `${JOBS} × ${round(amount)} × ${price} ÷ ${unit}`,
    dollars: (JOBS * amount * price) / per,
  });
  const lines: PriceLine[] = [
    ...lambda.functions.flatMap(callsOf),
    each("EventBridge, own events", audit, PRICES.eventBridgePerMillionEvents, 1e6, "10⁶"),
    each("EventBridge, S3's events", objectEvents, PRICES.eventBridgePerMillionEvents, 1e6, "10⁶"),
    each(
      "S3, writes and lists of the protocol",
      controlWrites,
      PRICES.s3PerThousandWrites,
      1000,
      "1000",
    ),
    each("S3, reads of the protocol", controlReads, PRICES.s3PerThousandReads, 1000, "1000"),
    each(
      "CloudWatch Logs, lines of the functions",
      logBytes / 1000,
      PRICES.logsPerGB,
      1e6,
      "10⁶ KB",
    ),
  ];
  return lines;
}

/** The sum of them, USD. */
export function totalPrice(lambda: LambdaResults, costs: JobCosts): number {
  return priceLines(lambda, costs).reduce((sum, { dollars }) => sum + dollars, 0);
}

/** The calls of one function; nothing when a job makes none. */
function callsOf(each: LambdaResults["functions"][number]): PriceLine[] {
  const { name, billedMs, invocationsPerJob, memoryMiB } = each;
  if (!billedMs || invocationsPerJob === 0) return [];
  const calls = JOBS * invocationsPerJob;
  const seconds = billedMs.median / 1000;
  const { lambdaPerMillionCalls: call, lambdaPerGBSecond: second } = PRICES;
  return [
    {
      what: `Lambda, ${name}`,
      sum: `${calls.toFixed(0)} × (${call} ÷ 10⁶ + ${seconds.toFixed(3)} s × ${memoryMiB / 1024} GB × ${second})`,
      dollars: calls * (call / 1e6 + seconds * (memoryMiB / 1024) * second),
    },
  ];
}

function round(amount: number): string {
  return amount.toFixed(Number.isInteger(amount) ? 0 : 2);
}
