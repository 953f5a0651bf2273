import { Line, type OutageListener } from "../line.ts";
import type { FromLane } from "./lane-message.ts";

/** The line as a lane knows it; it tells the main thread, which judges how much goes by it. */
export class LaneLine extends Line {
  readonly #onNews: () => void;
  #heard = 0;
  #sent = 0;
  #connectedMs: number | undefined;

  /** @param onNews called when there is something to tell */
  constructor(onOutage: OutageListener, onNews: () => void) {
    super(undefined, onOutage);
    this.#onNews = onNews;
  }

  override sent(bytes: number): void {
    super.sent(bytes);
    this.#sent += bytes;
    this.#onNews();
  }

  override connected(ms: number): void {
    super.connected(ms);
    this.#connectedMs = Math.min(ms, this.#connectedMs ?? ms);
  }

  /** All that is new since this was asked last. */
  news(): Pick<FromLane, "heard" | "sent" | "connectedMs"> {
    const news = {
      heard: this.bytes - this.#heard,
      sent: this.#sent,
      connectedMs: this.#connectedMs,
    };
    this.#heard = this.bytes;
    this.#sent = 0;
    this.#connectedMs = undefined;
    return news;
  }
}
