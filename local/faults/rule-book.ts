/** Fields of every fault rule. */
export interface Rule {
  /** Given by the code that adds the rule, and later removes it. */
  readonly id: string;
  /** Matching requests that are let through first. */
  readonly skip: number;
  /** Matching requests that the fault is put into after that. */
  readonly times: number;
}

interface Held<R> {
  readonly rule: R;
  seen: number;
  hits: number;
}

/** The fault rules of one server, and how often each has struck. */
export class RuleBook<R extends Rule> {
  readonly #held = new Map<string, Held<R>>();

  add(rule: R): void {
    this.#held.set(rule.id, { rule, seen: 0, hits: 0 });
  }

  /** @returns how often the rule has struck */
  remove(id: string): number {
    const hits = this.#held.get(id)?.hits ?? 0;
    this.#held.delete(id);
    return hits;
  }

  has(id: string): boolean {
    return this.#held.has(id);
  }

  /** The rule that strikes a request now; the first that matches and is not used up. */
  take(matches: (rule: R) => boolean): R | undefined {
    for (const held of this.#held.values()) {
      const { rule } = held;
      if (held.hits >= rule.times || !matches(rule)) continue;
      held.seen += 1;
      if (held.seen <= rule.skip) continue;
      held.hits += 1;
      return rule;
    }
    return undefined;
  }
}
