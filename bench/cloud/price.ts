import type { CloudResults } from "./results.ts";

/** US East (N. Virginia), list prices of November 2026 without the free tier, USD. */
const PRICES = {
  lambdaPerMillionCalls: 0.2,
  /** arm64 */
  lambdaPerGBSecond: 0.0000133334,
  eventBridgePerMillionEvents: 1,
  s3PerThousandWrites: 0.005,
  s3PerThousandReads: 0.0004,
};

const JOBS = 1000;
/** Job State Changes that the agent and the functions publish for a job. */
const EVENTS_PER_JOB = 3;

/** What 1,000 jobs cost on AWS besides the cluster and what their own files cost, with the sums shown. */
export function price({ lambda, counts }: CloudResults): string {
  const lines: string[] = [];
  let total = 0;
  const add = (what: string, sum: string, dollars: number) => {
    total += dollars;
    lines.push(`| ${what} | ${sum} | ${dollars.toFixed(5)} |`);
  };
  for (const { name, billedMs, invocationsPerJob, memoryMiB } of lambda.functions) {
    if (!billedMs || invocationsPerJob === 0) continue;
    const calls = JOBS * invocationsPerJob;
    const dollars =
      (calls / 1e6) * PRICES.lambdaPerMillionCalls +
      calls * (billedMs.median / 1000) * (memoryMiB / 1024) * PRICES.lambdaPerGBSecond;
    add(
      `Lambda, ${name}`,
      `${calls.toFixed(0)} × (${PRICES.lambdaPerMillionCalls} ÷ 10⁶ + ${(billedMs.median / 1000).toFixed(3)} s × ${memoryMiB / 1024} GB × ${PRICES.lambdaPerGBSecond})`,
      dollars,
    );
  }
  add(
    "EventBridge, own events",
    `${JOBS} × ${EVENTS_PER_JOB} × ${PRICES.eventBridgePerMillionEvents} ÷ 10⁶`,
    ((JOBS * EVENTS_PER_JOB) / 1e6) * PRICES.eventBridgePerMillionEvents,
  );
  const [one] = counts.ours;
  const { controlWrites = 0, controlReads = 0 } = one ?? {};
  add(
    "S3, writes and lists of the protocol",
    `${JOBS} × ${controlWrites.toFixed(0)} × ${PRICES.s3PerThousandWrites} ÷ 1000`,
    (JOBS * controlWrites * PRICES.s3PerThousandWrites) / 1000,
  );
  add(
    "S3, reads of the protocol",
    `${JOBS} × ${controlReads.toFixed(0)} × ${PRICES.s3PerThousandReads} ÷ 1000`,
    (JOBS * controlReads * PRICES.s3PerThousandReads) / 1000,
  );
  return [
    `| for ${JOBS.toLocaleString("en")} jobs | sum | USD |`,
    "|---|---|---|",
    ...lines,
    `| together | | ${total.toFixed(4)} |`,
  ].join("\n");
}
