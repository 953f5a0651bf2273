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

/** Looks until it is tried without the last lane; twice as many each time it has helped, but no more than so many. */
const DOUBT = 10;
const DOUBT_MOST = 80;

/** It is tried so many times at the most, since rates vary, or until it is faster with the lane by so much, or not at all. */
const TIMES = 4;
const CLEARLY = 1.3;

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

/** Rates with the last lane and without it, in bytes a millisecond. */
interface Trial {
  with: number[];
  without: number[];
  /** Whether the lane has no work meanwhile, time and again; else it was begun, once. */
  isDoubt: boolean;
}

/** Judges how many lanes help, by the work that gets done. */
export class Growth {
  readonly #max: number;
  #work = 0;
  /** Bytes in a millisecond, at each of the last looks: no more than are compared, and one. */
  #rates: number[] = [];
  #trial: Trial | undefined;
  #isPausing = false;
  #pause = 0;
  #nextPause = PAUSE;
  #doubt = DOUBT;
  #nextDoubt = DOUBT;
  /** Whether a lane was ever asked for. */
  #hasTried = false;

  /** @param max lanes */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether the last lane is to have no work. */
  get isPausing(): boolean {
    return this.#isPausing;
  }

  /** Whether it is time to look again, so many milliseconds after the last look. */
  isDue({ ms, known }: Pick<Look, "ms" | "known">): boolean {
    const isFirst = !this.#hasTried && known >= PAYS_FROM;
    return ms >= (isFirst ? LOOK_FIRST_MS : LOOK_MS);
  }

  /** Says after a look whether there is to be one lane more, or one less. */
  decide({ lanes, busy, work, ms, orders, known }: Look): 1 | 0 | -1 {
    this.#work += work;
    this.#rates = [...this.#last(), work / ms];
    if (this.#trial) {
      if (this.#rates.length <= LOOKS) return 0;
      const verdict = this.#judge(this.#trial);
      if (verdict === "goes") return lanes > 0 ? -1 : 0;
      if (verdict === undefined) return 0;
    }
    const pays = Math.max(this.#work, known) >= PAYS_FROM;
    const helps = busy >= BUSY && orders > lanes + 1 && pays;
    if (this.#pause > 0) this.#pause -= 1;
    else if (helps && lanes < this.#max) return this.#grow(lanes);
    if (lanes > 0) this.#doubtLast();
    return 0;
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
    this.#isPausing = false;
    // A doubt compares with as many looks as any other.
    this.#doubt = this.#nextDoubt;
  }

  #grow(lanes: number): 1 | 0 {
    const isKnown = this.#rates.length >= LOOKS;
    // The rates of the first looks are those of a program that begins: the lane that comes with them is doubted later.
    if (!isKnown && lanes > 0) return 0;
    this.#trial = isKnown ? { with: [], without: this.#last(), isDoubt: false } : undefined;
    this.#doubt = this.#nextDoubt = DOUBT;
    this.#hasTried = true;
    return 1;
  }

  #doubtLast(): void {
    this.#doubt -= 1;
    if (this.#doubt > 0) return;
    this.#trial = { with: this.#last(), without: [], isDoubt: true };
    this.#turn(true);
  }

  #turn(isPausing: boolean): undefined {
    this.#isPausing = isPausing;
    this.#rates = [];
  }

  /** undefined: not known yet. */
  #judge(trial: Trial): "stays" | "goes" | undefined {
    (this.#isPausing ? trial.without : trial.with).push(...this.#last());
    if (this.#isPausing) return this.#turn(false);
    const gain = mean(trial.with) / mean(trial.without);
    const isClear = gain >= CLEARLY || gain <= 1;
    const isKnown = !trial.isDoubt || isClear || trial.without.length >= TIMES * LOOKS;
    if (!isKnown) return this.#turn(true);
    this.#trial = undefined;
    // Where nothing was done either way, it has brought nothing.
    if (!(gain >= GAIN)) {
      this.#pause = this.#nextPause;
      this.#nextPause *= 2;
      this.#doubt = this.#nextDoubt;
      return "goes";
    }
    if (trial.isDoubt) {
      this.#nextPause = PAUSE;
      this.#doubt = this.#nextDoubt = Math.min(DOUBT_MOST, this.#nextDoubt * 2);
    }
    return "stays";
  }

  #last(): number[] {
    return this.#rates.slice(-LOOKS);
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
