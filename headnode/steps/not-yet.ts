import type { BackOff } from "../../bucket/flow/back-off.ts";

/** Thrown by a step that waits for something that sends no event: it is called again, and holds no place meanwhile. */
export class NotYet extends Error {
  /** How long it is until then. */
  readonly again: BackOff;

  constructor(message: string, again: BackOff) {
    super(message);
    this.again = again;
  }
}
