/** A limit of time: minutes, or none. */
export type TimeLimit = number | "UNLIMITED";

const two = (value: number): string => String(value).padStart(2, "0");

function parts(seconds: number) {
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}

/** Seconds of a year, beyond which squeue shows no duration. */
const YEAR = 365 * 86_400;

/** A duration as squeue shows it, `1-02:03:04`, `2:03:04`, `3:04`. Source: `_print_secs` in src/squeue/print.c. */
export function squeueDuration(total: number): string {
  return total < 0 || total > YEAR ? "INVALID" : longDuration(total);
}

/** The same, however long it is: tools take `INVALID` for a limit for an error. */
export function longDuration(total: number): string {
  const { days, hours, minutes, seconds } = parts(total);
  if (days > 0) return `${days}-${two(hours)}:${two(minutes)}:${two(seconds)}`;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds)}`;
  return `${minutes}:${two(seconds)}`;
}

/** A duration as sacct and scontrol show it, `1-02:03:04`, `02:03:04`. Source: `secs2time_str` in src/common/parse_time.c. */
export function slurmDuration(total: number): string {
  if (total < 0) return "INVALID";
  const { days, hours, minutes, seconds } = parts(total);
  return `${days > 0 ? `${days}-` : ""}${two(hours)}:${two(minutes)}:${two(seconds)}`;
}

/**
 * Minutes of a limit in a text, as sbatch takes it and squeue shows it: `minutes`, `minutes:seconds`,
 * `hours:minutes:seconds`, `days-hours[:minutes[:seconds]]`; seconds count as a minute that has begun. Source: sbatch(1), `--time`.
 *
 * @returns undefined when it is none, such as `NOT_SET`
 */
export function timeLimit(text: string): TimeLimit | undefined {
  if (/^(?:unlimited|infinite|-1)$/i.test(text)) return "UNLIMITED";
  const [, days, rest] = /^(?:(\d{1,6})-)?(\d{1,9}(?::\d{1,9}){0,2})$/.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const numbers = rest.split(":").map(Number);
  const [a = 0, b = 0, c = 0] = numbers;
  const minutes =
    days !== undefined
      ? Number(days) * 1440 + a * 60 + b + Math.ceil(c / 60)
      : numbers.length === 3
        ? a * 60 + b + Math.ceil(c / 60)
        : a + Math.ceil(b / 60);
  return minutes;
}
