import type { AwsCredentialIdentity } from "@smithy/types";
import { Disk } from "../../disk/disk.ts";
import { FileCarrier, type FileOrder } from "../carry-file.ts";
import { Connection } from "../connection.ts";
import { Line } from "../line.ts";
import { isSilence } from "../retry.ts";
import { TINY } from "../upload-window.ts";
import { errorData } from "./error-data.ts";
import type { FromLane, LaneOutcome, LaneSettings, ToLane } from "./lane-message.ts";

/** Progress is told after so long, in milliseconds, when nothing else is. */
const TELL_MS = 100;

/** The work of a lane, in its thread: carries out orders side by side, and tells of them. */
export class LaneWork {
  readonly #post: (news: FromLane) => void;
  readonly #line: Line;
  readonly #carrier: FileCarrier;
  #credentials: AwsCredentialIdentity | undefined;
  #done: LaneOutcome[] = [];
  #bytes = new Map<number, number>();
  #silentMs: number | undefined;
  #heard = 0;
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param post tells the thread that gave the orders */
  constructor(settings: LaneSettings, post: (news: FromLane) => void) {
    const { ca, authorities, env, timeouts } = settings;
    this.#post = post;
    this.#line = new Line(undefined, (outage) => {
      this.#silentMs = outage?.ms;
      this.#tell();
    });
    const connection = new Connection({
      ca: async () => ca,
      authorities: async () => authorities,
      env,
      line: this.#line,
      ...(timeouts && { timeouts }),
    });
    this.#carrier = new FileCarrier(connection, new Disk());
  }

  /** Begins orders; it is told of each when it has ended. */
  take({ credentials, orders }: ToLane): void {
    this.#credentials = credentials ?? this.#credentials;
    for (const { id, order } of orders) void this.#carry(id, order);
  }

  async #carry(id: number, order: FileOrder): Promise<void> {
    const { work } = order;
    const length = work.kind === "send" ? work.body.length : 0;
    const onBytes = (bytes: number) => {
      this.#bytes.set(id, (this.#bytes.get(id) ?? 0) + bytes);
      this.#timer ??= setTimeout(() => this.#flush(), TELL_MS);
    };
    const attempt = () => {
      if (!this.#credentials) throw new Error("orders without credentials");
      return this.#carrier.carry(withBuffer(order), this.#credentials, onBytes);
    };
    const outcome: LaneOutcome = {
      id,
      answer: undefined,
      error: undefined,
      crc32: undefined,
      range: undefined,
    };
    try {
      // How much is on its way says how long this lane's connections may be silent.
      outcome.answer = await (length <= TINY
        ? attempt()
        : this.#line.uploads.run(length, attempt, isSilence));
    } catch (error) {
      outcome.error = errorData(error);
    }
    if (work.kind === "send") outcome.crc32 = work.body.crc32;
    else outcome.range = work.range;
    this.#done.push(outcome);
    this.#tell();
  }

  /** Tells soon: together with what ends meanwhile. */
  #tell(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
    const { bytes } = this.#line;
    const news: FromLane = {
      heard: bytes - this.#heard,
      silentMs: this.#silentMs,
      bytes: Array.from(this.#bytes, ([id, came]) => ({ id, bytes: came })),
      done: this.#done,
    };
    this.#heard = bytes;
    this.#silentMs = undefined;
    this.#bytes = new Map();
    this.#done = [];
    this.#post(news);
  }
}

/** Memory comes as a plain array of bytes from another thread. */
function withBuffer(order: FileOrder): FileOrder {
  if (order.work.kind === "send") {
    const { body } = order.work;
    const { buffer, byteOffset, byteLength } = body.window;
    body.window = Buffer.from(buffer, byteOffset, byteLength);
  }
  return order;
}
