import { S3Error } from "../../../bucket/s3/s3-error.ts";
import { awsError, isDenied } from "../../errors/aws-error.ts";
import { wordsOf } from "../../errors/command-error.ts";
import type { Say } from "../../messages/say.ts";
import type { Check } from "./check.ts";
import { fixOf } from "./fix-of.ts";
import type { Scratch } from "./scratch.ts";

/** Requests, and the permission that each needs. Source: Service Authorization Reference, "Amazon S3". */
const ACTIONS = {
  PutObject: "s3:PutObject",
  GetObject: "s3:GetObject",
  DeleteObject: "s3:DeleteObject",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  ListParts: "s3:ListMultipartUploadParts",
  AbortMultipartUpload: "s3:AbortMultipartUpload",
} as const;
export type Operation = keyof typeof ACTIONS;

/** Without these, transfers go on, less well. */
const DISPENSABLE: ReadonlySet<Operation> = new Set(["ListParts", "AbortMultipartUpload"]);

/** Requests that are tried one after the other, of which each may fail. */
export class Trial {
  readonly #signal: AbortSignal;
  readonly #failures: { operation: Operation; error: unknown }[] = [];
  /** Whether S3 did not answer: then it need not be asked again. */
  isCut = false;

  /** @param scratch whose interruption ends it */
  constructor({ signal }: Pick<Scratch, "signal">) {
    this.#signal = signal;
  }

  /** @returns whether it was done */
  async try(operation: Operation, task: () => Promise<unknown>): Promise<boolean> {
    if (this.isCut || this.#signal.aborted) return false;
    try {
      await task();
      return true;
    } catch (error) {
      this.#failures.push({ operation, error });
      this.isCut = !isAnswer(error);
      return false;
    }
  }

  /** The finding: broken when something failed that every transfer needs. */
  check(say: Say, name: Check["name"], { prefix }: Scratch, ok: () => string): Check {
    const failures = this.#failures;
    if (failures.length === 0) return { name, verdict: "ok", detail: ok() };
    const detail = failures
      .map(({ operation, error }) => `${operation}: ${wordsOf(say, awsError(error))}`)
      .join("; ");
    const isBroken = failures.some(({ operation }) => !DISPENSABLE.has(operation));
    const denied = failures.filter(({ error }) => isDenied(error));
    const actions = [...new Set(denied.map(({ operation }) => ACTIONS[operation]))].join(", ");
    const fix = actions === "" ? fixOf(say, failures.at(-1)?.error) : undefined;
    return {
      name,
      verdict: isBroken ? "broken" : "warning",
      detail,
      ...(actions !== "" && { fix: say("doctor.actionsFix", { actions, prefix }) }),
      ...(fix !== undefined && { fix }),
    };
  }
}

/** Whether S3 has answered, be it with a refusal, and the answer was wrong at worst. */
function isAnswer(error: unknown): boolean {
  return !(error instanceof S3Error) || error.$metadata.httpStatusCode !== undefined;
}
