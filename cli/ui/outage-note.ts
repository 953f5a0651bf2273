import { formatDuration } from "./duration.ts";
import type { Ui } from "./ui.ts";

/**
 * Tells of an outage, in which S3 cannot be reached: on a terminal in the live line, elsewhere by one line at its beginning
 * and one at its end.
 */
export class OutageNote {
  readonly #ui: Pick<Ui, "say" | "live" | "err" | "now">;
  #began: number | undefined;
  #why = "";

  constructor(ui: Pick<Ui, "say" | "live" | "err" | "now">) {
    this.#ui = ui;
  }

  /** Milliseconds that it has lasted; undefined: there is none. */
  get ms(): number | undefined {
    return this.#began === undefined ? undefined : this.#ui.now().getTime() - this.#began;
  }

  /** For the live line; undefined: there is none. */
  get words(): string | undefined {
    const { ms } = this;
    if (ms === undefined) return undefined;
    return this.#ui.say("outage.lasts", { time: formatDuration(ms), why: this.#why });
  }

  /**
   * S3 could not be reached, and is asked again.
   *
   * @param why words of the system, in English
   * @param ms milliseconds that it has lasted already, when it is first told of
   */
  lasts(why: string, ms = 0): void {
    const { say, live, err, now } = this.#ui;
    const isNew = this.#began === undefined;
    this.#began ??= now().getTime() - ms;
    this.#why = why;
    if (live.enabled) live.show(this.words ?? "");
    else if (isNew) err(say("outage.begins", { why }));
  }

  /** S3 has answered. */
  ended(): void {
    const { ms } = this;
    if (ms === undefined) return;
    this.#began = undefined;
    const { say, live, err } = this.#ui;
    if (live.enabled) live.clear();
    else err(say("outage.ended", { time: formatDuration(ms) }));
  }
}
