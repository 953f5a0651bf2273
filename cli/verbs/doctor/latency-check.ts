import { S3Error } from "../../../bucket/s3/s3-error.ts";
import type { DoctorContext } from "./context.ts";
import type { Probe } from "./probe.ts";
import { type Finding, problem } from "./problem.ts";
import type { Scratch } from "./scratch.ts";

/** Requests, of which the median counts. */
const REQUESTS = 7;

/** How long S3 takes to answer a small request, and a new connection to be made. */
export async function checkLatency(
  { say, elapsed }: DoctorContext,
  probe: Probe,
  scratch: Scratch,
): Promise<Finding> {
  const name = "latency";
  const times: number[] = [];
  const key = scratch.key("none");
  try {
    // The first one opens a connection if there is none.
    for (let request = 0; request <= REQUESTS; request++) {
      const began = elapsed();
      await answered(probe.read(key, () => () => undefined));
      times.push(tenths(elapsed() - began));
    }
  } catch (error) {
    return { name, verdict: "broken", ...problem(say, error) };
  }
  const [least = 0, ...more] = times.slice(1).toSorted((a, b) => a - b);
  const medianMs = more[(REQUESTS - 3) / 2] ?? 0;
  const steps = Object.entries(probe.connection()).map(([step, ms]) => [step, tenths(ms)] as const);
  const detail = say("doctor.latency", { median: medianMs, least, most: more.at(-1) ?? 0 });
  const words = steps.map(([step, ms]) => `${step.replace("Ms", "")} ${ms} ms`).join(", ");
  return {
    name,
    verdict: "ok",
    detail: words === "" ? detail : `${detail}; ${say("doctor.connection", { steps: words })}`,
    measured: { medianMs, ...Object.fromEntries(steps) },
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** There is no such object: a refusal is an answer, too. */
async function answered(request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    const status = error instanceof S3Error ? error.$metadata.httpStatusCode : undefined;
    if (status !== 403 && status !== 404) throw error;
  });
}
