import type { Socket } from "node:net";
import { type Forward, forwarded } from "./forward.ts";
import { inPieces } from "./in-pieces.ts";
import type { Paced } from "./paced.ts";
import type { WireRequest } from "./wire-request.ts";

/**
 * The first body begins with pieces of this size, others with the last one's. A piece that takes long is followed by smaller ones:
 * they tell how fast the line is.
 */
const PIECE_FIRST = 64 * 1024;
const PIECE_LEAST = 16 * 1024;
const PIECE_MS = 250;

/** Encrypted, a piece is held once more: of all bodies together no more than this share, but for those that are small. */
const ENCRYPTED_SHARE = 1 / 16;
const ENCRYPTED_LEAST = 128 * 1024;

/** Together with their head up to this size, they are copied into one piece of memory: one call with it takes less than one with two. */
const JOINED_MAX = 16 * 1024;

/** Bodies up to this size are given to the system together with their head. */
const SMALL_BODY = 64 * 1024;

const NOTHING = Buffer.alloc(0);

export interface WriterOptions {
  /** Bytes of a body that are given to the system at a time. */
  piece: number;
  forward?: Forward | undefined;
  paced: Paced;
  /** The system has taken so many bytes of a body. */
  onTaken: (bytes: number) => void;
}

/** A request that is being sent. */
export interface Outgoing {
  /** Bytes of the body that the system was not given. */
  left: number;
  /** Whether the rest is still to be sent. */
  isWanted: () => boolean;
  /** The system has taken everything. */
  onSent: () => void;
}

/** Gives requests to a connection. */
export class RequestWriter {
  readonly #socket: Socket;
  readonly #options: WriterOptions;
  #joined = NOTHING;
  /** Bytes of the next piece. */
  #size: number;

  constructor(socket: Socket, options: WriterOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#size = Math.min(PIECE_FIRST, options.piece);
  }

  /**
   * Sends a request.
   *
   * @returns undefined when there is no body, or it was copied; otherwise a promise that ends when nothing more is given to the system, and
   *   nothing of the body used any more
   */
  write(request: WireRequest, to: Outgoing): Promise<void> | undefined {
    const { forward, piece, paced } = this.#options;
    const { body, length } = request;
    const head = forward ? forwarded(request.head, forward) : request.head;
    const isSmall = body instanceof Uint8Array && length <= Math.min(SMALL_BODY, piece);
    const whole = body === undefined || length === 0 ? undefined : isSmall ? body : false;
    const give = () => {
      if (whole === false) return this.#inPieces(head, body as Exclude<typeof body, undefined>, to);
      return this.#atOnce(head, whole, to);
    };
    const wait = paced.pass(head.length + (whole ? length : 0));
    return wait ? wait.then(() => (to.isWanted() ? give() : undefined)) : give();
  }

  #atOnce(head: string, body: Uint8Array | undefined, to: Outgoing): Promise<void> | undefined {
    const socket = this.#socket;
    if (!body) {
      socket.write(head, "latin1", to.onSent);
      return undefined;
    }
    to.left = 0;
    if (head.length + body.length <= JOINED_MAX) {
      socket.write(this.#join(head, body), to.onSent);
      return undefined;
    }
    return new Promise((resolve) => {
      socket.cork();
      socket.write(head, "latin1");
      socket.write(body, () => {
        to.onSent();
        resolve();
      });
      socket.uncork();
    });
  }

  /** Lent until the system has taken it, before which no other request comes. */
  #join(head: string, body: Uint8Array): Buffer {
    const length = head.length + body.length;
    // Hundreds of connections have one each.
    if (this.#joined.length < length)
      this.#joined = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(length)));
    this.#joined.write(head, "latin1");
    this.#joined.set(body, head.length);
    return this.#joined.subarray(0, length);
  }

  /** Bytes of the largest piece of a body. */
  #mostOf(length: number): number {
    const { piece } = this.#options;
    // As each TLSSocket says of itself.
    if (!("encrypted" in this.#socket)) return piece;
    return Math.min(piece, Math.max(ENCRYPTED_LEAST, Math.ceil(length * ENCRYPTED_SHARE)));
  }

  async #inPieces(
    head: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    to: Outgoing,
  ): Promise<void> {
    const socket = this.#socket;
    const { paced, onTaken } = this.#options;
    const most = this.#mostOf(to.left);
    this.#size = Math.min(this.#size, most);
    socket.write(head, "latin1");
    for await (const piece of inPieces(body, () => this.#size)) {
      const wait = paced.pass(piece.length);
      if (wait) await wait;
      // Refused half-way: the rest is not wanted.
      if (!to.isWanted()) return;
      to.left -= piece.length;
      const began = performance.now();
      await new Promise<void>((resolve) => void socket.write(piece, () => resolve()));
      const isLong = performance.now() - began > PIECE_MS;
      this.#size = isLong
        ? Math.max(Math.min(PIECE_LEAST, most), this.#size / 2)
        : Math.min(most, this.#size * 2);
      onTaken(piece.length);
    }
    if (to.left === 0) to.onSent();
  }
}
