import { CommandError } from "../errors/command-error.ts";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A day, and maybe a time with or without its distance from UTC. Source: RFC 3339, section 5.6. */
const DATE =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * The instant that `--since` means: `30m`, `12h`, `7d` or `2w` ago, the beginning of a day here, or a time, here
 * unless it says where.
 *
 * @param flag that errors name
 * @throws CloudSubmitError `usage`, also for a day that does not exist
 */
export function parseSince(text: string, now: Date, flag = "--since"): Date {
  const ago = /^(\d{1,6})([mhdw])$/.exec(text);
  if (ago)
    return new Date(now.getTime() - Number(ago[1]) * UNIT_MS[ago[2] as keyof typeof UNIT_MS]);
  const shown = JSON.stringify(text);
  const { year, month, day, time, zone = "" } = DATE.exec(text)?.groups ?? {};
  if (day === undefined)
    throw new CommandError("usage", (say) => say("problem.since", { flag, text: shown }));
  // Engines take 2026-02-30 for a day in March.
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = at.toISOString().startsWith(`${year}-${month}-${day}`);
  // Without a time, engines mean midnight in UTC; with one, they mean it here.
  const whole = new Date(`${year}-${month}-${day}T${time ?? "00:00"}${zone.toUpperCase()}`);
  if (!exists || Number.isNaN(whole.getTime()))
    throw new CommandError("usage", (say) => say("problem.noSuchDay", { flag, text: shown }));
  return whole;
}

/**
 * The same by a clock that is only read later, once: what is wrong with the text is said now.
 *
 * @throws CloudSubmitError as parseSince
 */
export function sinceBy(text: string, now: Date, flag?: string): (clock: Date) => Date {
  parseSince(text, now, flag);
  let at: Date | undefined;
  return (clock) => (at ??= parseSince(text, clock, flag));
}
