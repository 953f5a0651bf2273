/** Threads are busy when they have so little time left that another one would have something to do. */
const BUSY = 0.75;

/** Work in bytes for which lanes pay, each of which takes 50 ms of a core to begin: after so much, as much again is likely. */
const PAYS_FROM = 256 * 1024 * 1024;

/** By so much a lane has to make all of them together faster. */
const GAIN = 1.1;

/** Looks that are compared, before and after; the first after is left out: connections are made then. */
const LOOKS = 3;

/** Milliseconds between looks. */
const LOOK_MS = 100;

/** The same before the first lane, when much is known to come: what it brings is lost until it is there. */
const LOOK_FIRST_MS = 25;

/** Looks until another one is tried, after one that was of no use; twice as many each time. */
const PAUSE = 20;

/** All threads that carry files, over the time since the last look. */
export interface Look {
  /** Lanes that are there and used. */
  lanes: number;
  /** Share of the time in which threads were busy: 0 to 1, the mean of all. */
  busy: number;
  /** Work that was done, in bytes. */
  work: number;
  ms: number;
  /** Orders that are under way. */
  orders: number;
  /** Work that is known to come, and that of the large files under way, in bytes. */
  known: number;
}

/** Judges how many lanes help, by the work that gets done. */
export class Growth {
  readonly #max: number;
  #work = 0;
  /** Bytes in a millisecond, at each of the last looks. */
  #rates: number[] = [];
  /** The lane that is on trial: the rate before it. */
  #trial: number | undefined;
  #pause = 0;
  /** Whether a lane was ever asked for. */
  #hasTried = false;
  #nextPause = PAUSE;

  /** @param max lanes */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether it is time to look again, so many milliseconds after the last look. */
  isDue({ ms, known }: Pick<Look, "ms" | "known">): boolean {
    const isFirst = !this.#hasTried && known >= PAYS_FROM;
    return ms >= (isFirst ? LOOK_FIRST_MS : LOOK_MS);
  }

  /** Says after a look whether there is to be one lane more, or one less. */
  decide({ lanes, busy, work, ms, orders, known }: Look): 1 | 0 | -1 {
    this.#work += work;
    this.#rates.push(work / ms);
    if (this.#trial !== undefined) {
      if (this.#rates.length <= LOOKS) return 0;
      const isFaster = this.#rate() >= this.#trial * GAIN;
      this.#trial = undefined;
      if (!isFaster) {
        this.#pause = this.#nextPause;
        this.#nextPause *= 2;
        return lanes > 0 ? -1 : 0;
      }
      this.#nextPause = PAUSE;
    }
    if (this.#pause > 0) {
      this.#pause -= 1;
      return 0;
    }
    const pays = Math.max(this.#work, known) >= PAYS_FROM;
    const helps = busy >= BUSY && orders > lanes + 1 && pays;
    if (!helps || lanes >= this.#max) return 0;
    this.#trial = this.#rate();
    this.#hasTried = true;
    return 1;
  }

  /** The lane that was asked for is there: what comes is due to it, too. */
  begun(): void {
    this.#rates = [];
  }

  /** There was nothing to do: what was is no measure of what comes. */
  rest(): void {
    this.#work = 0;
    this.#rates = [];
    this.#trial = undefined;
  }

  #rate(): number {
    const last = this.#rates.slice(-LOOKS);
    return last.reduce((sum, rate) => sum + rate, 0) / last.length;
  }
}
