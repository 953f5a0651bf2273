import type { Functions } from "./functions.ts";
import { repeat } from "./repeat.ts";

/** Milliseconds from one sweep to the next; on AWS it is minutes. */
const PAUSE_MS = 2000;

/** How many sweeps there are for each census. */
const SWEEPS_PER_CENSUS = 3;

/** Does what the schedules do on AWS, only more often; what is returned stops it. */
export function sweepOften(functions: Functions): () => Promise<void> {
  const event = { source: "aws.events", "detail-type": "Scheduled Event" };
  return repeat(PAUSE_MS, (round) =>
    functions.invoke(
      "sweep",
      { ...event, census: round % SWEEPS_PER_CENSUS === 0 },
      "RequestResponse",
    ),
  );
}
