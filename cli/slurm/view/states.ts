/**
 * Slurm's words for the state of a job, long and short, in the order of its numbers; those that are flags beside a state
 * stand last. Source: Slurm 24.05, `job_state_string` and `job_state_num` in src/common/slurm_protocol_defs.c.
 */
const STATES = [
  ["PENDING", "PD"],
  ["RUNNING", "R"],
  ["SUSPENDED", "S"],
  ["COMPLETED", "CD"],
  ["CANCELLED", "CA"],
  ["FAILED", "F"],
  ["TIMEOUT", "TO"],
  ["NODE_FAIL", "NF"],
  ["PREEMPTED", "PR"],
  ["BOOT_FAIL", "BF"],
  ["DEADLINE", "DL"],
  ["OUT_OF_MEMORY", "OOM"],
  ["COMPLETING", "CG"],
  ["CONFIGURING", "CF"],
  ["RESIZING", "RS"],
  ["RESV_DEL_HOLD", "RD"],
  ["REQUEUED", "RQ"],
  ["REQUEUE_FED", "RF"],
  ["REQUEUE_HOLD", "RH"],
  ["REVOKED", "RV"],
  ["SIGNALING", "SI"],
  ["SPECIAL_EXIT", "SE"],
  ["STAGE_OUT", "SO"],
  ["STOPPED", "ST"],
] as const;

const COMPACT = new Map<string, string>(STATES);
const LONG = new Map<string, string>(
  STATES.flatMap(([long, short]) => [
    [long, long],
    [short, long],
  ]),
);

/** States that a job is in before it has ended. */
const OPEN: ReadonlySet<string> = new Set([
  "PENDING",
  "RUNNING",
  "SUSPENDED",
  "CONFIGURING",
  "COMPLETING",
  "RESIZING",
  "RESV_DEL_HOLD",
  "REQUEUED",
  "REQUEUE_FED",
  "REQUEUE_HOLD",
  "SIGNALING",
  "SPECIAL_EXIT",
  "STAGE_OUT",
  "STOPPED",
]);

/** Those of them in which it waits: it has no nodes. */
const WAITING: ReadonlySet<string> = new Set([
  "PENDING",
  "RESV_DEL_HOLD",
  "REQUEUED",
  "REQUEUE_FED",
  "REQUEUE_HOLD",
  "SPECIAL_EXIT",
]);

/** The short word, such as `PD`; `?` for a word that Slurm does not have. */
export function compactState(state: string): string {
  return COMPACT.get(state) ?? "?";
}

/** The long word that a word of either kind means, in any case; undefined: none. */
export function stateOf(word: string): string | undefined {
  return LONG.get(word.toUpperCase());
}

/** Whether a job in this state has ended, for Slurm. */
export function hasEnded(state: string): boolean {
  return !OPEN.has(state);
}

/** Whether a job in this state has not begun to run. */
export function isWaiting(state: string): boolean {
  return WAITING.has(state);
}

/** All long words in small letters, as squeue lists them. */
export const ALL_STATES: readonly string[] = STATES.map(([long]) => long.toLowerCase());
