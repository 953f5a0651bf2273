import { isDenied } from "../../errors/aws-error.ts";
import { missingRight } from "../../errors/denied-words.ts";
import type { Say } from "../../messages/say.ts";
import type { Check } from "./check.ts";
import { type Finding, isUnreached, problem } from "./problem.ts";
import type { Scratch } from "./scratch.ts";

/** Requests, as S3's API Reference calls them. */
export type Operation =
  | "PutObject"
  | "GetObject"
  | "DeleteObject"
  | "CreateMultipartUpload"
  | "UploadPart"
  | "CompleteMultipartUpload"
  | "ListParts"
  | "AbortMultipartUpload";

/** Without these, transfers go on, less well. */
const DISPENSABLE: ReadonlySet<Operation> = new Set(["ListParts", "AbortMultipartUpload"]);

/** Requests that are tried one after the other, of which each may fail. */
export class Trial {
  readonly #signal: AbortSignal;
  readonly #failures: { operation: Operation; error: unknown }[] = [];
  #isCut = false;

  /** @param scratch whose interruption ends it */
  constructor({ signal }: Pick<Scratch, "signal">) {
    this.#signal = signal;
  }

  /** Tries it, unless S3 was not reached before. @returns whether it was done */
  async try(operation: Operation, task: () => Promise<unknown>): Promise<boolean> {
    if (this.#isCut || this.#signal.aborted) return false;
    try {
      await task();
      return true;
    } catch (error) {
      this.#failures.push({ operation, error });
      this.#isCut = isUnreached(error);
      return false;
    }
  }

  /** The finding: broken when something failed that every transfer needs. */
  finding(
    say: Say,
    name: Check["name"],
    { prefix }: Pick<Scratch, "prefix">,
    ok: () => string,
  ): Finding {
    const failures = this.#failures;
    if (failures.length === 0) return { name, verdict: "ok", detail: ok() };
    const rights = failures.flatMap(({ error }) =>
      isDenied(error) ? (missingRight(error as Error) ?? []) : [],
    );
    const actions = [...new Set(rights)].join(", ");
    const lacking = actions === "" ? undefined : say("doctor.actionsFix", { actions, prefix });
    const problems = failures.map(({ operation, error }) => ({
      operation,
      ...problem(say, error, lacking),
    }));
    const isBroken = failures.some(({ operation }) => !DISPENSABLE.has(operation));
    const fix = problems.find((one) => one.fix !== undefined)?.fix;
    return {
      name,
      verdict: isBroken ? "broken" : "warning",
      detail: problems.map(({ operation, detail }) => `${operation}: ${detail}`).join("; "),
      ...(fix !== undefined && { fix }),
      isCut: this.#isCut,
    };
  }
}
