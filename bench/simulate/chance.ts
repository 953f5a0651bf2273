import { Random } from "../../local/random.ts";

/** Chance that is fixed for each job: what one draws does not depend on what others did before. */
export class Chance {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** For the job with this number, and this purpose. */
  of(job: number, purpose: number): Random {
    return new Random(Math.imul(this.#seed ^ (job * 64 + purpose), 0x9e3779b1));
  }
}

/** A number whose logarithm is distributed normally: few are much longer. */
export function lognormal(random: Random, median: number, spread: number): number {
  const [a, b] = [1 - random.fraction(), random.fraction()];
  // Box and Muller's transform.
  const normal = Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
  return median * Math.exp(spread * normal);
}
