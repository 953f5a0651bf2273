import { isTransient } from "../../bucket/s3/retry.ts";
import { messageOf } from "../../protocol/error.ts";
import type { OutageNote } from "../ui/outage-note.ts";

/** Least and most time between looks while S3 cannot be reached. */
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 20_000;

/** Names of errors of providers of credentials; one that cannot reach its service says the same. */
const PROVIDERS: ReadonlySet<string> = new Set(["CredentialsProviderError", "TokenProviderError"]);

/** Answers of something between here and S3: where S3 has answered before, the network is another one now. */
const BETWEEN: ReadonlySet<string> = new Set(["NotFromS3", "TlsError"]);

/** Codes of a connection that cannot be made, or was lost. Source: errno(3). */
const LOST: ReadonlySet<string | undefined> = new Set([
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Looks at the bucket for verbs that follow a job: they do not end because the line to S3 does. */
export class Patience {
  readonly #note: OutageNote;
  readonly #isReachable: () => Promise<boolean>;
  #hasAnswered = false;

  /** @param isReachable whether S3 answers at all, whatever the credentials */
  constructor(note: OutageNote, isReachable: () => Promise<boolean>) {
    this.#note = note;
    this.#isReachable = isReachable;
  }

  /**
   * Looks once.
   *
   * @returns undefined when S3 cannot be reached, of which the user is told
   * @throws what does not pass by itself
   */
  async look<T>(look: () => Promise<T>): Promise<{ seen: T } | undefined> {
    try {
      const seen = await look();
      this.#hasAnswered = true;
      this.#note.ended();
      return { seen };
    } catch (error) {
      if (!(await this.#isOutage(error))) throw error;
      this.#note.lasts(messageOf(error));
      return undefined;
    }
  }

  /** Words of an outage, for people; undefined: there is none. */
  get words(): string | undefined {
    return this.#note.words;
  }

  /** Milliseconds until the next look in an outage: the longer it lasts, the more. */
  get pauseMs(): number {
    const half = (this.#note.ms ?? 0) / 2;
    return Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, half));
  }

  async #isOutage(error: unknown): Promise<boolean> {
    if (isTransient(error)) return true;
    if (!(error instanceof Error)) return false;
    if (isSdkOutage(error)) return true;
    if (BETWEEN.has(error.name)) return this.#hasAnswered;
    return PROVIDERS.has(error.name) && !(await this.#isReachable());
  }
}

/** The same of one of the SDK's clients, which asks for credentials. */
function isSdkOutage(error: NodeJS.ErrnoException & { $metadata?: { httpStatusCode?: number } }) {
  const { code, syscall, name, $metadata } = error;
  const status = $metadata?.httpStatusCode ?? 0;
  return LOST.has(code) || syscall === "getaddrinfo" || name === "TimeoutError" || status >= 500;
}
