import { realpath } from "node:fs/promises";
import { LocalCopies } from "../../../transfer/comparing/local-copies.ts";
import type { Context } from "../../context.ts";

/** Knowledge of users' folders, for work on several jobs of a folder at a time: each sees what the others have noted. */
export class FolderCopies {
  readonly #states: string | undefined;
  readonly #now: () => number;
  /** By real path. */
  readonly #open = new Map<string, Promise<LocalCopies>>();

  constructor({ copyStates, now }: Pick<Context, "copyStates" | "now">) {
    this.#states = copyStates;
    this.#now = () => now().getTime();
  }

  /** Knowledge of a folder, also what other processes have kept by now. */
  async of(root: string): Promise<LocalCopies> {
    const real = await realpath(root).catch(() => root);
    const opened = this.#open.get(real);
    if (opened) {
      const copies = await opened;
      await copies.refresh();
      return copies;
    }
    const opening = LocalCopies.open(this.#states, real);
    this.#open.set(real, opening);
    return opening;
  }

  /** Keeps what was noted. */
  async save(copies: LocalCopies): Promise<void> {
    await copies.save(this.#now());
  }

  /** Forgets all, while nothing is under way. */
  clear(): void {
    this.#open.clear();
  }
}
