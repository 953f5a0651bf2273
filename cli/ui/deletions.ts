import type { ProgressListener } from "../../transfer/flow/progress.ts";
import type { Ui } from "./ui.ts";

/** So many are named, one a line. */
const NAMED_MAX = 100;

/** Names on stderr what `--delete` removes, at once, so that it is known also where the rest fails; then how many more. */
export class Deletions {
  readonly #ui: Pick<Ui, "err" | "say">;
  #count = 0;

  constructor(ui: Pick<Ui, "err" | "say">) {
    this.#ui = ui;
  }

  /** Callback for a transfer. */
  readonly listener: Pick<ProgressListener, "onDeleted"> = {
    onDeleted: (path) => {
      this.#count += 1;
      if (this.#count <= NAMED_MAX)
        this.#ui.err(this.#ui.say("delete.one", { path: JSON.stringify(path) }));
    },
  };

  /** Nothing more is removed. */
  end(): void {
    if (this.#count > NAMED_MAX)
      this.#ui.err(
        this.#ui.say("delete.more", { count: this.#count - NAMED_MAX, total: this.#count }),
      );
    this.#count = 0;
  }
}
