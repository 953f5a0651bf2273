import type { ProgressListener } from "../../transfer/flow/progress.ts";
import type { Say } from "../messages/say.ts";
import { formatBytes } from "../output/format.ts";
import { formatDuration } from "./duration.ts";
import type { LiveLine } from "./live-line.ts";
import type { Ui } from "./ui.ts";

/** The line is drawn again after so long, at the earliest. */
const EVERY_MS = 100;
const BAR = 20;
/** The rate is that of the last seconds, so that it follows what happens. */
const RATE_MS = 5_000;

/** Totals of a transfer so far. */
export interface Done {
  files: number;
  bytes: number;
}

/**
 * The progress of a transfer on the live line: bar, files, bytes, rate and time left. As long as the total is
 * not known there is no bar.
 */
export class Progress {
  readonly #live: LiveLine;
  readonly #report: Ui["report"];
  readonly #kind: "upload" | "fetch";
  readonly #say: Say;
  readonly #now: () => Date;
  readonly #what: string;
  readonly #samples: { at: number; bytes: number }[] = [];
  readonly #done: Done = { files: 0, bytes: 0 };
  #total: Done | undefined;
  #isCounted = false;
  #drawn = Number.NEGATIVE_INFINITY;

  constructor(ui: Pick<Ui, "live" | "report" | "say" | "now">, kind: "upload" | "fetch") {
    this.#kind = kind;
    this.#report = ui.report;
    this.#live = ui.live;
    this.#say = ui.say;
    this.#now = ui.now;
    this.#what = ui.say(`progress.${kind}`);
  }

  /** Callbacks for a transfer. */
  readonly listener: ProgressListener = {
    onPlan: (files, bytes) => {
      this.#total = { files, bytes };
      this.#draw();
    },
    onBytes: (bytes) => {
      this.#isCounted = true;
      this.#done.bytes += bytes;
      this.#draw();
    },
    onFile: (_path, bytes) => {
      this.#done.files += 1;
      // Small files may come without a word about their bytes.
      if (!this.#isCounted) this.#done.bytes += bytes;
      this.#draw();
    },
  };

  /** Takes the line away; of a transfer that has ended well or not. */
  end(): void {
    if (this.#drawn !== Number.NEGATIVE_INFINITY) this.#tell();
    this.#live.clear();
  }

  #draw(): void {
    if (!this.#live.enabled && !this.#report) return;
    const at = this.#now().getTime();
    if (at - this.#drawn < EVERY_MS) return;
    this.#drawn = at;
    this.#tell();
    if (!this.#live.enabled) return;
    this.#samples.push({ at, bytes: this.#done.bytes });
    while ((this.#samples[0]?.at ?? at) < at - RATE_MS) this.#samples.shift();
    this.#live.show(this.#line(at));
  }

  #tell(): void {
    this.#report?.({ progress: this.#kind, ...this.#done, total: this.#total });
  }

  #line(at: number): string {
    const { files, bytes } = this.#done;
    const [first] = this.#samples;
    const ms = first === undefined ? 0 : at - first.at;
    const rate = ms < 500 ? undefined : ((bytes - (first?.bytes ?? 0)) * 1000) / ms;
    const parts = [this.#what];
    const total = this.#total;
    if (total) {
      // Bytes that had to be sent again count twice.
      const share = total.bytes > 0 ? Math.min(1, bytes / total.bytes) : 1;
      const full = Math.round(share * BAR);
      parts.push(`[${"#".repeat(full)}${"-".repeat(BAR - full)}]`, `${Math.floor(share * 100)}%`);
      parts.push(this.#say("progress.files", { done: files, total: total.files }));
      parts.push(`${formatBytes(Math.min(bytes, total.bytes))}/${formatBytes(total.bytes)}`);
    } else parts.push(this.#say("count.files", { files }), formatBytes(bytes));
    if (rate !== undefined) parts.push(`${formatBytes(Math.round(rate))}/s`);
    if (total && rate !== undefined && rate > 0) {
      const left = Math.max(0, total.bytes - bytes);
      parts.push(this.#say("progress.left", { time: formatDuration((left / rate) * 1000) }));
    }
    return parts.join(" ");
  }
}
