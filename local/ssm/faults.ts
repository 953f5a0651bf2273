import type { Rule } from "../faults/rule-book.ts";

/** Faults of a command. */
const SSM_FAULTS = [
  /** SendCommand is refused: too many requests. */
  "throttle",
  /** SendCommand is answered with HTTP 500. */
  "server-error",
  /** It ends Failed without having run. */
  "fail",
  /** The same, and its status event is lost: they are best effort. */
  "fail-silently",
  /** It is not delivered in time. */
  "time-out",
  /** It cannot be delivered. */
  "undeliverable",
  /** The SSM agent has no room for it; SSM delivers it again, after others. */
  "refused",
  /** The next one for the same prefix overtakes it, and its replies come in the wrong order. */
  "reordered",
  /** It is delivered again, while it runs and after it: the SSM agent knows it by its id. */
  "repeated",
  /** The SSM agent dies with it: it is in progress until SSM gives it up. */
  "expire",
  /** It is delivered late. */
  "late",
  /** It runs twice: the SSM agent has forgotten that it had it. */
  "twice",
  /** It is accepted, never runs, and no event tells of it. */
  "lost",
  /** It waits until the rule is removed, as while the Head Node is stopped. */
  "hold",
] as const;
export type SsmFault = (typeof SSM_FAULTS)[number];

/** A fault, and the commands it is for. */
export interface SsmRule extends Rule {
  readonly fault: SsmFault;
  /** Regular expression for the prefix that the command is about. */
  readonly prefix: string;
  /**
   * Milliseconds until a late or refused command is delivered, at most until an overtaken one is, or until
   * one is given up that cannot be.
   */
  readonly delayMs?: number;
}

/** Whether a rule is for a command with these parameters. */
export function isForCommand(
  rule: SsmRule,
  parameters: Readonly<Record<string, readonly string[]>>,
): boolean {
  return new RegExp(rule.prefix).test(parameters["Prefix"]?.[0] ?? "");
}
