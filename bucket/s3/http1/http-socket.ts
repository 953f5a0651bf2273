import type { Socket } from "node:net";
import type { Rate } from "../../flow/rate.ts";
import type { Proxy } from "../../network/proxy.ts";
import { proxyUnreached } from "../../network/proxy-unreached.ts";
import { connectionError } from "../connection-error.ts";
import type { Line } from "../line.ts";
import { S3Error } from "../s3-error.ts";
import { S3Response } from "../s3-response.ts";
import type { S3Timeouts } from "../s3-timeouts.ts";
import { connectTimer } from "./connect-timer.ts";
import type { Exchange } from "./exchange.ts";
import type { Forward } from "./forward.ts";
import { Intake } from "./intake.ts";
import { Paced } from "./paced.ts";
import { RequestWriter } from "./request-writer.ts";
import { ResponseParser } from "./response-parser.ts";
import { Silence } from "./silence.ts";
import type { WireRequest } from "./wire-request.ts";

/** One that was idle for longer may be closed by S3 any moment, which would cost the next request an attempt. */
const IDLE_MS = 4_000;

export interface HttpSocketOptions {
  timeouts: S3Timeouts;
  line: Line;
  /** Bytes of a body that are given to the system at a time. */
  piece: number;
  forward?: Forward | undefined;
  /** Limits what goes both ways. */
  rate?: Rate | undefined;
  /** Called each time it is free for another request. */
  onFree: (socket: HttpSocket) => void;
  onClose: (socket: HttpSocket) => void;
}

/** A connection to S3 that carries one request at a time. Idle, it does not keep a program alive. */
export class HttpSocket {
  readonly #options: HttpSocketOptions;
  readonly #socket: Socket;
  readonly #silence: Silence;
  readonly #paced: Paced;
  readonly #writer: RequestWriter;
  #exchange: Exchange | undefined;
  #isConnected = false;
  /** In it, bytes that were read wait for the reader of the response. */
  readonly #intake: Intake;
  #failure: unknown;
  #freeSince = 0;

  /**
   * @param open opens a socket, on its way to S3, that gives what it has read to `read`: bytes are lent until
   *   that returns, and nothing more is asked for when it returns false
   */
  constructor(open: (read: (bytes: Buffer) => boolean) => Socket, options: HttpSocketOptions) {
    this.#options = options;
    this.#silence = new Silence(options.line);
    const intake = new Intake({
      take: (bytes) => this.#take(bytes),
      ready: () => void socket.resume(),
      fail: (error) => this.#fail(error),
    });
    this.#intake = intake;
    const socket = open((bytes) => {
      options.line.heard(bytes.length);
      return intake.push(bytes);
    });
    this.#socket = socket;
    this.#paced = new Paced(options.rate);
    const began = performance.now();
    this.#writer = new RequestWriter(socket, {
      ...options,
      paced: this.#paced,
      onTaken: (bytes) => options.line.sent(bytes),
    });
    const { connectionTimeout } = options.timeouts;
    const giveUp = () => this.#giveUp(connectionTimeout);
    const isConnected = connectTimer(options.line, connectionTimeout, giveUp);
    socket.once("connect", () => {
      this.#isConnected = true;
      options.line.connected(performance.now() - began);
      isConnected();
    });
    // Over a tunnel there is no other sign.
    socket.once("secureConnect", isConnected);
    socket.on("timeout", () => this.#onTimeout());
    socket.on("error", (error) => (this.#failure ??= this.#named(error)));
    socket.once("end", () => intake.whenTaken(() => this.#exchange?.parser.close()));
    socket.once("close", () => {
      isConnected();
      options.onClose(this);
      if (this.#failure) this.#onClose();
      else intake.whenTaken(() => this.#onClose());
    });
  }

  /**
   * Sends a request; the response is there when its head is. When the response ends or fails, nothing of the
   * body is used any more.
   *
   * @throws S3Error when the connection fails before that
   */
  send(request: WireRequest): Promise<S3Response> {
    const { requestTimeout, socketTimeout } = this.#options.timeouts;
    return new Promise((resolve, reject) => {
      const exchange: Exchange = {
        parser: new ResponseParser(request.method, {
          head: (head) => {
            // A body that it has not got cannot be there.
            if (head.status < 300 && exchange.left > 0) throw early();
            exchange.isPersistent = head.isPersistent;
            // A refusal is short; one that comes in drops would be waited for for ever.
            if (head.status >= 300 && !exchange.limit) this.#limit(exchange, socketTimeout);
            exchange.response = new S3Response(head, () => this.#fail(abandoned()));
            resolve(exchange.response);
          },
          body: (bytes) => exchange.response?.take(bytes),
          end: () => this.#onEnd(exchange),
        }),
        response: undefined,
        isPersistent: false,
        left: request.length,
        writing: undefined,
        isSent: false,
        isWanted: () => this.#exchange === exchange && !this.#socket.destroyed,
        onSent: () => this.#onSent(exchange),
        limit: undefined,
        reject,
      };
      this.#exchange = exchange;
      if (requestTimeout !== undefined) this.#limit(exchange, requestTimeout);
      this.#socket.ref();
      this.#silence.begin(request.length);
      if (this.#socket.timeout !== socketTimeout) this.#socket.setTimeout(socketTimeout);
      this.#write(exchange, request);
    });
  }

  /** Whether another request is not likely to meet a closed connection. */
  get isFresh(): boolean {
    const { destroyed, writable, readableEnded } = this.#socket;
    const isOpen = writable && !destroyed && !readableEnded;
    return isOpen && performance.now() - this.#freeSince < IDLE_MS;
  }

  /** undefined: requests go to the host itself, be it through a tunnel. */
  get forward(): Forward | undefined {
    return this.#options.forward;
  }

  close(): void {
    this.#socket.destroy();
  }

  #write(exchange: Exchange, request: WireRequest): void {
    const writing = this.#writer.write(request, exchange);
    if (writing) exchange.writing = writing.catch((error: unknown) => this.#fail(error));
  }

  #onSent(exchange: Exchange): void {
    exchange.isSent = true;
    if (exchange.parser.isEnded && this.#exchange === exchange) this.#free(exchange);
  }

  /** @throws S3Error when they are no response; also by what it returns */
  #take(bytes: Buffer): unknown {
    // Bytes without a request: what follows cannot be told apart from a response.
    if (!this.#exchange) throw abandoned();
    const pushed = this.#exchange.parser.push(bytes);
    const paced = this.#paced.pass(bytes.length);
    // An answer that is complete waits for nobody: the next request does.
    return this.#exchange && paced ? Promise.all([pushed, paced]) : pushed;
  }

  #onEnd(exchange: Exchange): void {
    clearTimeout(exchange.limit);
    if (exchange.isSent) {
      exchange.response?.end();
      this.#free(exchange);
      return;
    }
    // The system has not told yet that it took the last bytes; or S3 wants no more of them.
    if ((exchange.response?.status ?? 0) >= 300) {
      this.#exchange = undefined;
      this.#socket.destroy();
    }
    whenWritten(exchange, () => exchange.response?.end());
  }

  /** The connection can take another request, unless its other end wants it closed. */
  #free(exchange: Exchange): void {
    this.#exchange = undefined;
    const socket = this.#socket;
    const isOver = socket.destroyed || socket.readableEnded || this.#intake.hasMore;
    if (!exchange.isPersistent || isOver) {
      socket.destroy();
      return;
    }
    this.#freeSince = performance.now();
    socket.unref();
    this.#options.onFree(this);
  }

  #onTimeout(): void {
    const socket = this.#socket;
    const { timeout = 0, bytesRead, bytesWritten } = socket;
    if (!this.#exchange) return void socket.destroy();
    const { socketTimeout } = this.#options.timeouts;
    // Bytes may wait for us, not for S3.
    const goOn =
      this.#intake.isWaiting || this.#paced.isWaiting
        ? socketTimeout
        : this.#silence.goOn(timeout, bytesRead + bytesWritten, socketTimeout);
    if (goOn > 0) socket.setTimeout(goOn);
    else this.#giveUp(socketTimeout);
  }

  #limit(exchange: Exchange, milliseconds: number): void {
    exchange.limit = setTimeout(() => {
      // Bytes that wait for us are not late.
      if (this.#paced.isWaiting) this.#limit(exchange, milliseconds);
      else this.#giveUp(milliseconds);
    }, milliseconds);
  }

  #giveUp(milliseconds: number): void {
    const who = this.#unreachedProxy ? "it" : "S3";
    const why = `${who} did not answer within ${milliseconds / 1000} s`;
    this.#fail(this.#named(new S3Error("TimeoutError", why)));
  }

  /** An error of the socket as one of ours. */
  #named(error: Error): unknown {
    const proxy = this.#unreachedProxy;
    return proxy ? proxyUnreached(proxy, error) : connectionError(error);
  }

  /** The proxy that is sent the requests themselves, until there is a connection to it. */
  get #unreachedProxy(): Proxy | undefined {
    return this.#isConnected ? undefined : this.#options.forward?.proxy;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#socket.destroy();
  }

  #onClose(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (!exchange) return;
    clearTimeout(exchange.limit);
    const error = this.#failure ?? new S3Error("NetworkError", "S3 closed the connection");
    whenWritten(exchange, () => {
      exchange.response?.fail(error);
      exchange.reject(error);
    });
  }
}

function whenWritten({ writing }: Exchange, then: () => void): void {
  if (writing) void writing.then(then);
  else then();
}

function early(): S3Error {
  return new S3Error("NetworkError", "S3 answered before it had the whole body");
}

function abandoned(): S3Error {
  return new S3Error("NetworkError", "the response was not read to its end");
}
