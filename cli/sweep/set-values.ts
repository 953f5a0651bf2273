import type { Field } from "./csv.ts";

const NUMBER = String.raw`(-?(?:0|[1-9]\d{0,11}|0\d{1,11})(?:\.\d{1,9})?)`;
const RANGE = new RegExp(`^${NUMBER}\\.\\.${NUMBER}(?:\\.\\.${NUMBER})?$`);

/** It looks like a range, but may be none: numbers in whatever form on both sides of the dots. */
const LOOSE = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const RANGE_LIKE = new RegExp(`^\\s*${LOOSE}\\s*\\.\\.\\s*${LOOSE}`);

/** Why a field has no values: it is no range, though it looks like one, or has more values than wanted. */
export type RangeProblem = { problem: "range" } | { problem: "many"; count: bigint };

/**
 * The values in one field of `--set`: the text itself, or, where it is not in quotes, those of a range `first..last` or
 * `first..last..step`. Numbers with a leading zero keep their width, as in shells.
 *
 * @param most no more values are made
 * @returns a problem when the range has no values, or more, or is one that looks so
 */
export function setValues({ text, quoted }: Field, most: number): string[] | RangeProblem {
  const [, first, last, step] = (quoted ? null : RANGE.exec(text)) ?? [];
  if (first === undefined || last === undefined)
    return !quoted && RANGE_LIKE.test(text) ? { problem: "range" } : [text];
  const given = [first, last, ...(step === undefined ? [] : [step])];
  const digits = Math.max(...given.map((one) => one.split(".")[1]?.length ?? 0));
  // In units of the last digit, so that 0..1..0.1 has no rounding errors.
  const [from = 0n, to = 0n, by] = given.map((one) => unitsOf(one, digits));
  const width = [first, last].some((one) => /^-?0\d/.test(one))
    ? Math.max(first.length, last.length)
    : 0;
  const one = unitsOf("1", digits);
  const size = by ?? (from <= to ? one : -one);
  if (size === 0n || (from < to && size < 0n) || (from > to && size > 0n))
    return { problem: "range" };
  const count = (to - from) / size + 1n;
  if (count > BigInt(most)) return { problem: "many", count };
  return Array.from({ length: Number(count) }, (_, at) =>
    textOf(from + size * BigInt(at), digits, width),
  );
}

function unitsOf(number: string, digits: number): bigint {
  const [whole = "0", part = ""] = number.split(".");
  return BigInt(`${whole}${part.padEnd(digits, "0")}`);
}

function textOf(units: bigint, digits: number, width: number): string {
  const sign = units < 0n ? "-" : "";
  const all = String(units < 0n ? -units : units).padStart(digits + 1, "0");
  const whole = all.slice(0, all.length - digits);
  const part = digits === 0 ? "" : `.${all.slice(all.length - digits)}`;
  return `${sign}${`${whole}${part}`.padStart(width - sign.length, "0")}`;
}
