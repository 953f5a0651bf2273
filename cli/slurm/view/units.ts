const LETTERS = ["", "K", "M", "G", "T", "P"] as const;

/** A number with the unit that it has, or is to be shown in. */
export type Unit = (typeof LETTERS)[number];

/**
 * A number as Slurm shows it, such as 2048 M as `2G` and 2000 M as `2000M`: divided by 1024 as long as nothing is lost, a half
 * counting as nothing. Source: `convert_num_unit2` in src/common/slurm_protocol_api.c, CONVERT_NUM_UNIT_EXACT.
 *
 * @param show the unit to show it in; "none": as it is
 */
export function withUnit(value: number, unit: Unit, show?: Unit | "none"): string {
  if (Math.trunc(value) === 0) return "0";
  let number = value;
  let at = LETTERS.indexOf(unit);
  if (show !== undefined && show !== "none") {
    number *= 1024 ** (at - LETTERS.indexOf(show));
    at = LETTERS.indexOf(show);
  } else if (show === undefined) {
    for (; number >= 1024 && Math.trunc(number) % 512 === 0; at += 1) number /= 1024;
  }
  const text = Number.isInteger(number) ? String(number) : number.toFixed(2);
  return `${text}${LETTERS[at] ?? "?"}`;
}

/** The unit that a letter of `--units` means; undefined: none. */
export function unitOf(letter: string): Unit | undefined {
  return LETTERS.find((one) => one !== "" && one === letter.toUpperCase());
}

/** Megabytes in a text such as `1500M`, `2G`, `0`, `1.50G`; without a letter: megabytes. Undefined when it is none. */
export function megabytes(text: string): number | undefined {
  const [, number, letter = "M"] = /^(\d{1,15}(?:\.\d{1,3})?)([KMGTP]?)[cn]?$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const at = LETTERS.indexOf((letter === "" ? "M" : letter.toUpperCase()) as Unit);
  return Number(number) * 1024 ** (at - 2);
}
