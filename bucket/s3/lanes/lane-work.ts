import type { AwsCredentialIdentity } from "@smithy/types";
import { Disk } from "../../disk/disk.ts";
import { Rate } from "../../flow/rate.ts";
import { FileCarrier, type FileOrder } from "../carry-file.ts";
import { Connection } from "../connection.ts";
import { isSilence } from "../retry.ts";
import { TINY } from "../upload-window.ts";
import { errorData } from "./error-data.ts";
import { LaneLine } from "./lane-line.ts";
import type { FromLane, LaneOutcome, LaneSettings, ToLane } from "./lane-message.ts";

/** Progress is told after so long, in milliseconds, when nothing else is. */
const TELL_MS = 100;

/** The work of a lane, in its thread: carries out orders side by side, and tells of them. */
export class LaneWork {
  readonly #post: (news: FromLane) => void;
  readonly #line: LaneLine;
  readonly #carrier: FileCarrier;
  #credentials: AwsCredentialIdentity | undefined;
  #done: LaneOutcome[] = [];
  #bytes = new Map<number, number>();
  #silentMs: number | undefined;
  #isDue = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param post tells the thread that gave the orders */
  constructor(settings: LaneSettings, post: (news: FromLane) => void) {
    const { ca, authorities, env, timeouts, rate } = settings;
    this.#post = post;
    this.#line = new LaneLine(
      (outage) => {
        this.#silentMs = outage?.ms;
        this.#tell();
      },
      () => this.#tellLater(),
    );
    const limit = rate && new Rate(rate.bytesPerSecond, rate.pace);
    const connection = new Connection({
      ca: async () => ca,
      authorities: async () => authorities,
      env,
      line: this.#line,
      rate: async () => limit,
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
      this.#tellLater();
    };
    const attempt = () => {
      if (!this.#credentials) throw new Error("orders without credentials");
      return this.#carrier.carry(withBuffer(order), this.#credentials, { onBytes });
    };
    const outcome: LaneOutcome = {
      id,
      answer: undefined,
      error: undefined,
      read: undefined,
      range: undefined,
      arrival: undefined,
    };
    try {
      // How much is on its way says how long this lane's connections may be silent.
      outcome.answer = await (length <= TINY
        ? attempt()
        : this.#line.uploads.count(length, attempt, isSilence));
    } catch (error) {
      outcome.error = errorData(error);
    }
    if (work.kind === "send") {
      const { crc32, stats } = work.body;
      outcome.read = { crc32, stats };
    } else {
      outcome.range = work.range;
      if (typeof work.to !== "number") outcome.arrival = work.to;
    }
    this.#done.push(outcome);
    this.#tell();
  }

  #tellLater(): void {
    this.#timer ??= setTimeout(() => this.#flush(), TELL_MS);
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
    const news: FromLane = {
      ...this.#line.news(),
      silentMs: this.#silentMs,
      bytes: Array.from(this.#bytes, ([id, came]) => ({ id, bytes: came })),
      done: this.#done,
    };
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
