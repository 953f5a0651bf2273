/** A file here that a job's result is for. */
interface Claim {
  job: string;
  /** When the job ended, milliseconds since 1970. */
  ended: number;
  /** It is under way. */
  isBusy: boolean;
}

/**
 * Which job's result a file here gets, where several jobs have written the same: that of the one which ended last, in
 * whatever order their results come.
 */
export class Claims {
  readonly #claims = new Map<string, Claim>();

  /**
   * Asks for a file.
   *
   * @param path absolute
   * @returns "no": a later job's is there, or comes; "later": an earlier job's comes just now, ask again after it
   */
  ask(path: string, job: string, ended: number): "yes" | "no" | "later" {
    const claim = this.#claims.get(path);
    if (claim && claim.job !== job) {
      // Of two that ended at the same time, one has to be the later one: they might wait for each other.
      const isLater = claim.ended === ended ? claim.job > job : claim.ended > ended;
      if (isLater) return "no";
      if (claim.isBusy) return "later";
    }
    this.#claims.set(path, { job, ended, isBusy: true });
    return "yes";
  }

  /** Nothing of a job is under way any more. */
  done(job: string): void {
    for (const claim of this.#claims.values()) if (claim.job === job) claim.isBusy = false;
  }

  /** Forgets all, while nothing is under way. */
  clear(): void {
    this.#claims.clear();
  }
}
