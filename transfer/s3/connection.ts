import { isNativeError } from "node:util/types";
import type { Agent as UndiciAgent, Dispatcher } from "undici";
import { S3_TIMEOUTS } from "../s3-timeouts.ts";
import { S3Error } from "./s3-error.ts";

/** Connections to one host; more requests than that wait. */
const CONNECTIONS_MAX = 264;

export interface ConnectionOptions {
  /** Certificates to trust besides the system's, PEM. */
  ca?: string | undefined;
  /** Milliseconds without any sign of life after which a request has failed. */
  timeouts?: typeof S3_TIMEOUTS;
}

/** One request as it goes over the wire. */
export interface WireRequest {
  origin: string;
  method: string;
  /** With the query, encoded. */
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

/** An answer whose body has not been read. */
export class Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #data: Dispatcher.ResponseData;

  constructor(data: Dispatcher.ResponseData) {
    this.status = data.statusCode;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(data.headers))
      if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ");
    this.headers = headers;
    this.#data = data;
  }

  /** The body's pieces; throws S3Error when the answer breaks off. */
  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#data.body) yield chunk as Buffer;
    } catch (error) {
      throw connectionError(error);
    }
  }

  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString("utf8");
  }

  /** Ends an answer that nobody reads to its end. */
  cancel(): void {
    this.#data.body.on("error", () => undefined).destroy();
  }

  /** Reads what is left, a little at most, so that the connection can be used again. */
  async discard(): Promise<void> {
    await this.#data.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
  }
}

/** Keeps connections to S3 open; the first request loads undici. Idle ones do not keep a program alive. */
export class Connection {
  readonly #options: ConnectionOptions;
  #undici: Promise<(request: WireRequest) => Promise<Dispatcher.ResponseData>> | undefined;

  constructor(options: ConnectionOptions = {}) {
    this.#options = options;
  }

  /** @throws S3Error `NetworkError`, `TimeoutError` or `TlsError` when there is no answer */
  async send(request: WireRequest): Promise<Answer> {
    this.#undici ??= loadUndici(this.#options);
    const send = await this.#undici;
    try {
      return new Answer(await send(request));
    } catch (error) {
      throw connectionError(error);
    }
  }
}

async function loadUndici({ ca, timeouts = S3_TIMEOUTS }: ConnectionOptions) {
  const [{ default: Agent }, { default: request }] = await Promise.all([
    import("undici/lib/dispatcher/agent.js"),
    import("undici/lib/api/api-request.js"),
  ]);
  const { connectionTimeout, socketTimeout, bodySentTimeout } = timeouts;
  const agent: UndiciAgent = new Agent({
    connections: CONNECTIONS_MAX,
    // One request a connection at a time.
    pipelining: 1,
    bodyTimeout: socketTimeout,
    connect: { timeout: connectionTimeout, ...(ca !== undefined && { ca }) },
  });
  return ({ body, ...rest }: WireRequest) =>
    request.call(agent, {
      ...rest,
      body: (body ?? null) as Uint8Array | null,
      // Begins anew with each piece of a body that undici is given an iterator of.
      headersTimeout: body === undefined ? socketTimeout : bodySentTimeout,
    });
}

/** An error of undici, Node.js or the system as one of ours; a programming error stays what it is. */
function connectionError(error: unknown): unknown {
  if (error instanceof S3Error || !isNativeError(error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code === "UND_ERR_INVALID_ARG" || code === "") return error;
  // Both addresses of a host refused: the error itself has no words.
  const message = error.message || code;
  const details = { cause: error };
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return new S3Error("TimeoutError", message, details);
  if (/CERT|ERR_TLS|UNABLE_TO|SELF_SIGNED/.test(code))
    return new S3Error("TlsError", message, details);
  return new S3Error("NetworkError", message, details);
}
