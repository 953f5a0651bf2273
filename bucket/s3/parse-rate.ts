const KiB = 1024;
const UNITS: Readonly<Record<string, number>> = { K: KiB, M: KiB ** 2, G: KiB ** 3, T: KiB ** 4 };

/** Less does not keep connections alive: S3 closes those that get nothing for 20 s. */
const LEAST = 16 * KiB;
/** More is no limit, and a slip of the pen. */
const MOST = UNITS.T as number;

/** Rates that can be given, for messages. */
export const RATES =
  "give bytes a second, from 16K to 1T, such as 500K, 1.5M or 10MB/s, each letter for 1024 times as much, or off";

/**
 * A rate as users of curl, wget, rclone and the AWS CLI write it. A small b is refused: it may be meant for bits.
 *
 * @returns bytes a second; "off"; undefined: it is none, or one that nobody means
 */
export function parseRate(text: string): number | "off" | undefined {
  if (text === "off") return text;
  const [, digits, letter = ""] =
    /^(\d{1,15}(?:\.\d{1,6})?)(?:B|([kmgt])(?:i?B)?)?(?:\/s)?$/i.exec(text) ?? [];
  if (digits === undefined || /b/.test(text)) return undefined;
  const rate = Math.round(Number(digits) * (UNITS[letter.toUpperCase()] ?? 1));
  return rate >= LEAST && rate <= MOST ? rate : undefined;
}
