import type { Readable } from "node:stream";
import { StandardRetryStrategy } from "@smithy/core/retry";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type {
  HttpHandlerOptions,
  HttpRequest,
  HttpResponse,
  Logger,
  RetryErrorInfo,
  StandardRetryToken,
} from "@smithy/types";
import type { SdkHandler } from "./sdk-handler.ts";

/** Bounds of an SDK client; times in milliseconds. */
export interface SdkLimits {
  /** Attempts at one call. */
  attempts: number;
  connectMs: number;
  /** One attempt, from the connection to the last byte of the answer. */
  attemptMs: number;
  /** No attempt begins after that. */
  callMs: number;
  /** Whether a call that the service throttles is not tried again. */
  isThrottlingFinal?: boolean;
}

/** For what is small, and asked of a service that may be far away. */
export const SDK_LIMITS: SdkLimits = {
  attempts: 5,
  connectMs: 5_000,
  attemptMs: 20_000,
  callMs: 40_000,
};

/**
 * Settings that bound each call of an SDK client. The SDK has no limits of its own: a service that is not let through, or
 * answers byte by byte, would be waited for for ever. What it would print as warnings is left out.
 */
export function sdkClientSettings(limits: SdkLimits, agents: Partial<SdkHandler> = {}) {
  return {
    maxAttempts: limits.attempts,
    retryStrategy: new BoundedRetries(limits),
    requestHandler: new BoundedHandler(limits, agents),
    logger: SILENT,
  };
}

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The SDK's own way of trying again, for so long. */
class BoundedRetries extends StandardRetryStrategy {
  readonly #callMs: number;
  readonly #isThrottlingFinal: boolean;
  /** When the call began, by the token of its last attempt. */
  readonly #begun = new WeakMap<StandardRetryToken, number>();

  constructor({ attempts, callMs, isThrottlingFinal = false }: SdkLimits) {
    super(attempts);
    this.#callMs = callMs;
    this.#isThrottlingFinal = isThrottlingFinal;
  }

  override async acquireInitialRetryToken(scope: string) {
    const token = await super.acquireInitialRetryToken(scope);
    this.#begun.set(token, performance.now());
    return token;
  }

  override async refreshRetryTokenForRetry(token: StandardRetryToken, info: RetryErrorInfo) {
    // The SDK throws the service's own error in place of this one.
    if (this.#isThrottlingFinal && info.errorType === "THROTTLING") throw new Error("throttled");
    const begun = this.#begun.get(token) ?? 0;
    if (performance.now() - begun > this.#callMs) throw new Error("no time for another attempt");
    const next = await super.refreshRetryTokenForRetry(token, info);
    this.#begun.set(next, begun);
    return next;
  }
}

/** The SDK's own handler of requests, which ends an attempt whatever it brings. */
class BoundedHandler {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #limits: SdkLimits;
  readonly #inner: NodeHttpHandler;

  constructor(limits: SdkLimits, agents: Partial<SdkHandler>) {
    this.#limits = limits;
    const connectionTimeout = limits.connectMs;
    this.#inner = new NodeHttpHandler({ connectionTimeout, logger: SILENT, ...agents });
  }

  async handle(
    request: HttpRequest,
    options: HttpHandlerOptions = {},
  ): Promise<{ response: HttpResponse }> {
    const { attemptMs } = this.#limits;
    const seconds = attemptMs / 1000;
    // By this name the SDK tries again; without $metadata it would add words of its own.
    const why = Object.assign(
      new Error(`${request.hostname} has not given a whole answer within ${seconds} s`),
      { name: "TimeoutError", $metadata: {} },
    );
    const limit = new AbortController();
    let body: Readable | undefined;
    const timer = setTimeout(() => {
      if (body) body.destroy(why);
      else limit.abort();
    }, attemptMs);
    const { abortSignal } = options;
    const given = abortSignal instanceof AbortSignal ? [abortSignal] : [];
    try {
      const answer = await this.#inner.handle(request as never, {
        ...options,
        abortSignal: AbortSignal.any([limit.signal, ...given]),
      });
      body = answer.response.body as Readable;
      for (const event of ["end", "close"]) body.once(event, () => clearTimeout(timer));
      return answer;
    } catch (error) {
      clearTimeout(timer);
      throw limit.signal.aborted ? why : error;
    }
  }

  updateHttpClientConfig(...change: Parameters<NodeHttpHandler["updateHttpClientConfig"]>): void {
    this.#inner.updateHttpClientConfig(...change);
  }

  httpHandlerConfigs() {
    return this.#inner.httpHandlerConfigs();
  }

  destroy(): void {
    this.#inner.destroy();
  }
}
