import { CloudSubmitError } from "../../protocol/error.ts";

/** One row: a value for each field. */
export type MarkedRow<F extends string> = Record<F, string>;

/** How much is kept of what a command prints, bytes; a value that would be longer is cut. */
export interface RowBounds {
  /** Of a value, unless `longer` says otherwise. */
  value: number;
  /** Of the values of these fields. */
  longer?: Readonly<Record<string, number>>;
  /** Of all rows together; from then on, of each value no more than `short`. */
  total: number;
  /**
   * The same for rows that have the same value in the field `by`, but for values that may be `longer`: one job's rows leave room for
   * those of others.
   */
  group?: { by: string; total: number };
  short: number;
  /** Fields that decide something: where a value was cut, it ends with CUT. */
  marked?: ReadonlySet<string>;
}

/** The end of a value that was cut: no text of Slurm's has this character. */
export const CUT = "\0";

/** Everything is kept. */
const UNBOUNDED: RowBounds = {
  value: Number.POSITIVE_INFINITY,
  total: Number.POSITIVE_INFINITY,
  short: 0,
};

/**
 * Reads rows as they come: so many values a line, each with a mark behind it. No row is left out, however much is printed, and what is
 * kept of all is bounded.
 */
export class RowReader<F extends string> {
  readonly #mark: Buffer;
  readonly #fields: readonly F[];
  readonly #bounds: RowBounds;
  readonly #rows: MarkedRow<F>[] = [];
  #row: Partial<MarkedRow<F>> = {};
  /** Which field the value is of that comes now. */
  #field = 0;
  #parts: Buffer[] = [];
  #length = 0;
  #isCut = false;
  /** Bytes that may be the beginning of a mark. */
  #rest: Buffer = Buffer.alloc(0);
  #total = 0;
  /** Bytes that the rows of a group have, and those of this row. */
  readonly #groups = new Map<string, number>();
  #ofRow = 0;
  #isList = true;

  constructor(mark: string, fields: readonly F[], bounds: RowBounds = UNBOUNDED) {
    this.#mark = Buffer.from(mark);
    this.#fields = fields;
    this.#bounds = bounds;
  }

  /** Reads what was printed next. */
  add(printed: Buffer): void {
    const text = this.#rest.length > 0 ? Buffer.concat([this.#rest, printed]) : printed;
    let from = 0;
    for (;;) {
      const end = text.indexOf(this.#mark, from);
      if (end < 0) break;
      this.#take(text.subarray(from, end));
      this.#endValue();
      from = end + this.#mark.length;
    }
    const to = Math.max(from, text.length - this.#mark.length + 1);
    this.#take(text.subarray(from, to));
    this.#rest = Buffer.from(text.subarray(to));
  }

  /**
   * All rows, once nothing more comes.
   *
   * @throws CloudSubmitError `slurm` when what was printed is not made of such lines
   */
  end(): MarkedRow<F>[] {
    const end = Buffer.concat([...this.#parts, this.#rest]).toString();
    const isWhole = end === "\n" || (end === "" && this.#rows.length === 0);
    if (!this.#isList || this.#field !== 0 || !isWhole)
      throw new CloudSubmitError("slurm", "Slurm printed something that is no list");
    return this.#rows;
  }

  #take(part: Buffer): void {
    const room = this.#most() - this.#length;
    if (part.length > room) this.#isCut = true;
    const kept = part.length > room ? part.subarray(0, Math.max(0, room)) : part;
    if (kept.length === 0) return;
    this.#length += kept.length;
    this.#parts.push(kept);
  }

  /** Most bytes of the value that comes now. */
  #most(): number {
    const { value, longer = {}, total, group, short } = this.#bounds;
    const ofGroup = group ? (this.#groups.get(this.#groupOf(group.by)) ?? 0) + this.#ofRow : 0;
    const own = longer[this.#fields[this.#field] ?? ""];
    const isFull = group !== undefined && ofGroup > group.total;
    const most = this.#total + this.#ofRow > total ? short : (own ?? (isFull ? short : value));
    // The end of the row before.
    return most + 1;
  }

  #groupOf(field: string): string {
    return (this.#row as Partial<Record<string, string>>)[field] ?? "";
  }

  #endValue(): void {
    const field = this.#fields[this.#field] as F;
    const [part = Buffer.alloc(0), ...more] = this.#parts;
    let value = (more.length > 0 ? Buffer.concat(this.#parts) : part).toString();
    if (this.#field === 0 && this.#rows.length > 0) {
      // The end of the row before.
      if (!value.startsWith("\n")) this.#isList = false;
      value = value.slice(1);
    }
    if (this.#isCut && this.#bounds.marked?.has(field)) value += CUT;
    const before = this.#rows.at(-1)?.[field];
    // Tasks of an array have most in common.
    if (value === before) value = before;
    else this.#ofRow += this.#length;
    this.#row[field] = value;
    [this.#parts, this.#length, this.#isCut] = [[], 0, false];
    this.#field += 1;
    if (this.#field === this.#fields.length) this.#endRow();
  }

  #endRow(): void {
    const { group } = this.#bounds;
    if (group) {
      const name = this.#groupOf(group.by);
      this.#groups.set(name, (this.#groups.get(name) ?? 0) + this.#ofRow);
    }
    this.#total += this.#ofRow;
    this.#rows.push(this.#row as MarkedRow<F>);
    [this.#row, this.#field, this.#ofRow] = [{}, 0, 0];
  }
}
