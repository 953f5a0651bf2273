import type { Rule } from "./rule-book.ts";
import type { Operation, S3Request, Side } from "./s3-request.ts";

/** Faults of a request to S3. */
const S3_FAULTS = [
  /** 503, and nothing was done. */
  "slow-down",
  /** 500, and nothing was done. */
  "internal-error",
  /** 403: the object is in an archive. */
  "archived",
  /** 400: the object was written with a customer's key. */
  "customer-key",
  /** 403: a policy, or KMS, denies it. */
  "denied",
  /** The connection is reset, and nothing was done. */
  "reset-before",
  /** It was done, but the connection is reset instead of the answer. */
  "reset-after",
  /** The answer comes late. */
  "slow",
  /** The answer ends half-way. */
  "truncate",
  /** A listing says that it goes on, and begins again, as often as it is asked for more. */
  "repeat-page",
  /** Of many objects only half are removed, and S3 says so of the rest. */
  "half",
  /** It is done, and there is never an answer. */
  "hang",
  /** The agent is killed before anything was done. */
  "kill-before",
  /** It was done, and the agent is killed before it learns of it. */
  "kill-after",
] as const;
export type S3Fault = (typeof S3_FAULTS)[number];

/** A fault, and the requests it is for. */
export interface S3Rule extends Rule {
  readonly fault: S3Fault;
  readonly side?: Side;
  readonly operation?: Operation;
  /** Regular expression for the key; of a removal of many objects, for any of theirs. */
  readonly key: string;
  /** Regular expression for the text of a status object that is written. */
  readonly status?: string;
  /** Milliseconds that an answer is late by. */
  readonly delayMs?: number;
}

/** Whether a rule is for a request. */
export function isFor(rule: S3Rule, request: S3Request, status: string | undefined): boolean {
  return (
    (rule.side ?? request.side) === request.side &&
    (rule.operation ?? request.operation) === request.operation &&
    new RegExp(rule.key, "m").test(request.key) &&
    (rule.status === undefined || new RegExp(rule.status).test(status ?? ""))
  );
}

/** Error response of a fault; undefined for faults that are no answer. */
export function errorAnswer(fault: S3Fault): { status: number; xml: string } | undefined {
  const answer = (status: number, code: string) => ({
    status,
    xml: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>a fault that was put in</Message></Error>`,
  });
  if (fault === "archived") return answer(403, "InvalidObjectState");
  if (fault === "customer-key") return answer(400, "InvalidRequest");
  if (fault === "denied") return answer(403, "AccessDenied");
  if (fault === "slow-down") return answer(503, "SlowDown");
  if (fault === "internal-error") return answer(500, "InternalError");
  return undefined;
}
