import type { S3Fault } from "../../../local/faults/s3-fault.ts";
import type { Operation, Side } from "../../../local/faults/s3-request.ts";
import type { FaultKind } from "../fault-kind.ts";

/** The SDK tries so often that its callers never see fewer faults than this. */
const ATTEMPTS = 5;

/** How often faults are put in that cost the job seconds each. */
const MOST: Partial<Record<S3Fault, number>> = { slow: 2, hang: 1 };

/** Requests of which each job makes only one, so that none may be let through. */
const ONLY_ONE = ["list", "delete", "functions"];

function kind(side: Side, operation: Operation, fault: S3Fault): FaultKind {
  const isOnlyOne = ONLY_ONE.includes(operation) || ONLY_ONE.includes(side);
  return {
    name: `S3: ${side}, ${operation}, ${fault}`,
    shapes: operation === "write" ? ["files", "large", "array", "exit"] : ["files", "array"],
    before: (scene) =>
      scene.s3({
        side,
        operation,
        fault,
        times: scene.random.int(1, MOST[fault] ?? ATTEMPTS + 2),
        skip: isOnlyOne ? 0 : scene.random.int(0, 1),
        delayMs: scene.random.int(500, 2500),
      }),
  };
}

/** Faults of S3 and the way to it, for either side, reads and writes. */
export const s3Kinds: readonly FaultKind[] = [
  ...(["slow-down", "internal-error", "reset-before", "slow", "truncate", "hang"] as const).map(
    (fault) => kind("agent", "read", fault),
  ),
  ...(["slow-down", "internal-error", "reset-before", "reset-after", "slow", "hang"] as const).map(
    (fault) => kind("agent", "write", fault),
  ),
  kind("agent", "list", "slow-down"),
  kind("agent", "list", "truncate"),
  kind("agent", "delete", "reset-after"),
  kind("functions", "read", "slow-down"),
  kind("functions", "read", "truncate"),
  kind("functions", "write", "internal-error"),
  kind("functions", "write", "reset-after"),
];
