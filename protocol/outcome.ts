/** How a submission ended; finer than its final state. */
export const OUTCOMES = [
  "completed",
  "failed",
  "cancelled",
  "timeout",
  "out-of-memory",
  "node-failure",
  "rejected",
  "submit-failed",
  "unreachable",
  "lost",
] as const;
export type Outcome = (typeof OUTCOMES)[number];
