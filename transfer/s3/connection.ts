import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { S3_TIMEOUTS, type S3Timeouts } from "../s3-timeouts.ts";
import { Answer } from "./answer.ts";
import { connectionError } from "./connection-error.ts";
import { S3Error } from "./s3-error.ts";

/** Connections to one host; more requests than that wait. */
const CONNECTIONS_MAX = 264;

/** Idle connections are closed before S3 closes them, which would cost the next request an attempt. */
const IDLE_MS = 4_000;

export interface ConnectionOptions {
  /** Certificates to trust besides the system's, PEM. */
  ca?: string | undefined;
  timeouts?: S3Timeouts;
}

/** One request as it goes over the wire. */
export interface WireRequest {
  origin: string;
  method: string;
  /** With the query, encoded. */
  path: string;
  headers: Record<string, string>;
  /** In pieces when it is large. */
  body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

type Send = (options: RequestOptions) => ClientRequest;

/** Keeps connections to S3 open. Idle ones do not keep a program alive. */
export class Connection {
  readonly #options: ConnectionOptions;
  #send: Promise<Record<string, Send>> | undefined;

  constructor(options: ConnectionOptions = {}) {
    this.#options = options;
  }

  /** @throws S3Error `NetworkError`, `TimeoutError` or `TlsError` when there is no answer */
  async send(request: WireRequest): Promise<Answer> {
    this.#send ??= senders(this.#options.ca);
    const { protocol, hostname, port } = new URL(request.origin);
    const send = (await this.#send)[protocol] as Send;
    const timeouts = this.#options.timeouts ?? S3_TIMEOUTS;
    const isLarge = request.body !== undefined && !(request.body instanceof Uint8Array);
    const idle = isLarge ? timeouts.bodySentTimeout : timeouts.socketTimeout;
    const sent = send({
      hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
      port,
      method: request.method,
      path: request.path,
      headers: request.headers,
      timeout: idle,
    });
    try {
      return new Answer(await answerTo(sent, request.body, timeouts, idle));
    } catch (error) {
      throw connectionError(error);
    }
  }
}

/** Loaded when they are needed: TLS alone takes 10 ms. */
async function senders(ca: string | undefined): Promise<Record<string, Send>> {
  const [http, https] = await Promise.all([import("node:http"), import("node:https")]);
  const settings = { keepAlive: true, maxSockets: CONNECTIONS_MAX, timeout: IDLE_MS };
  const agents: Record<string, Agent> = {
    "http:": new http.Agent(settings),
    "https:": new https.Agent({ ...settings, ...(ca !== undefined && { ca }) }),
  };
  return {
    "http:": (options) => http.request({ ...options, agent: agents["http:"] }),
    "https:": (options) => https.request({ ...options, agent: agents["https:"] }),
  };
}

function answerTo(
  request: ClientRequest,
  body: WireRequest["body"],
  { connectionTimeout, requestTimeout }: S3Timeouts,
  idle: number,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    let tellAnswered = () => {};
    const answered = new Promise<void>((tell) => (tellAnswered = tell));
    const giveUp = (milliseconds: number) => {
      const error = new S3Error(
        "TimeoutError",
        `S3 did not answer within ${milliseconds / 1000} s`,
      );
      (answer ?? request).destroy(error);
    };
    request.once("error", reject);
    // After the answer: that S3 does not want the rest of the body, say. The answer is what counts.
    request.on("error", () => undefined);
    request.once("response", (response) => {
      answer = response;
      response.once("end", tellAnswered).once("close", tellAnswered);
      resolve(response);
    });
    if (requestTimeout !== undefined) {
      const timer = setTimeout(() => giveUp(requestTimeout), requestTimeout);
      request.once("close", () => clearTimeout(timer));
    }
    request.once("socket", (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => giveUp(connectionTimeout), connectionTimeout);
      socket.once("connect", () => clearTimeout(timer));
      socket.once("close", () => clearTimeout(timer));
    });
    // Any byte on its way, in either direction, begins the time anew.
    request.on("timeout", () => {
      // What has come waits for us, not for S3.
      if (answer && answer.readableLength > 0) request.setTimeout(idle);
      else giveUp(idle);
    });
    if (body === undefined || body instanceof Uint8Array) request.end(body);
    else
      pump(body, request, answered).catch((error: unknown) => void request.destroy(error as Error));
  });
}

/** Sends a body piece by piece, each when the one before was taken. */
async function pump(
  body: AsyncIterable<Uint8Array>,
  request: ClientRequest,
  answered: Promise<void>,
): Promise<void> {
  let isAnswered = false;
  const end = answered.then(() => void (isAnswered = true));
  let left = Number(request.getHeader("content-length"));
  for await (const piece of body) {
    if (request.destroyed) return;
    left -= piece.length;
    // Node.js tells of no drain any more once the answer is complete, and S3 may answer before it is told.
    // Each piece is waited for: the body may come through one buffer, again and again.
    if (!request.write(piece)) await Promise.race([drained(request), end]);
    // Refused half-way: the rest would wait in memory for nobody.
    if (isAnswered && left > 0) return void request.destroy();
  }
  request.end();
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      request.off("drain", done).off("close", done);
      resolve();
    };
    request.once("drain", done).once("close", done);
    if (request.destroyed) done();
  });
}
