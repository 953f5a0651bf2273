const two = (value: number): string => String(value).padStart(2, "0");

/** A time in the local zone as Slurm shows it, `2026-01-31T13:05:09`. Source: `slurm_make_time_str` in src/common/parse_time.c. */
export function slurmTime(time: Date): string {
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date}T${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A time in the local zone as the line above `squeue --long`, `Sat Jan 31 13:05:09 2026`. Source: src/common/slurm_time.c. */
export function slurmDate(time: Date): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  return `${DAYS[time.getDay()]} ${MONTHS[time.getMonth()]} ${two(time.getDate())} ${clock} ${time.getFullYear()}`;
}

const UNITS: readonly [name: string, seconds: number][] = [
  ["seconds", 1],
  ["second", 1],
  ["minutes", 60],
  ["minute", 60],
  ["hours", 3600],
  ["hour", 3600],
  ["days", 86_400],
  ["day", 86_400],
  ["weeks", 604_800],
  ["week", 604_800],
];

/** Words for a time of day, hours. */
const HOURS: Readonly<Record<string, number>> = {
  midnight: 0,
  noon: 12,
  elevenses: 11,
  fika: 15,
  teatime: 16,
};

/**
 * The time that a text means, in the local zone: the formats of sacct's `--starttime`, as `2026-01-31T13:05`, `0131`,
 * `now-2hours`, `today`. Of a date without a year, the last one that has been. Source: `parse_time` in
 * src/common/parse_time.c, with `past` set.
 *
 * @returns undefined when it is none
 */
export function parseSlurmTime(text: string, now: Date): Date | undefined {
  const unix = /^uts(\d{7,15})$/i.exec(text);
  if (unix) return new Date(Number(unix[1]) * 1000);
  const relative = /^\s*now\s*(?:([+-])\s*(\d{1,12})\s*([a-z]*)\s*)?$/i.exec(text);
  if (relative) {
    const [, sign, count = "0", unit = ""] = relative;
    const seconds = unit === "" ? 1 : UNITS.find(([name]) => name === unit.toLowerCase())?.[1];
    if (seconds === undefined) return undefined;
    return new Date(now.getTime() + Number(count) * seconds * (sign === "-" ? -1000 : 1000));
  }
  let date: readonly [year: number, month: number, day: number] | undefined;
  let clock: readonly [hour: number, minute: number, second: number] | undefined;
  const today = [now.getFullYear(), now.getMonth(), now.getDate()] as const;
  for (let rest = text; ; ) {
    rest = rest.replace(/^(?:[ \t-]|T(?!\p{L}))+/u, "");
    if (rest === "") break;
    const word = /^(?:today|tomorrow|midnight|noon|elevenses|fika|teatime)/i
      .exec(rest)?.[0]
      .toLowerCase();
    const time = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap])m)?/i.exec(rest);
    const day = word === undefined && !time ? readDate(rest, now) : undefined;
    if (word === "today") date = today;
    else if (word === "tomorrow") date = [today[0], today[1], today[2] + 1];
    else if (word !== undefined) clock = [HOURS[word] ?? 0, 0, 0];
    else if (time) clock = readClock(time);
    else if (day) date = day.date;
    if (word === undefined && !day && !(time && clock)) return undefined;
    rest = rest.slice(word?.length ?? time?.[0].length ?? day?.length);
  }
  if (!date && !clock) return new Date(0);
  const [year, month, dayOfMonth] = date ?? today;
  return new Date(year, month, dayOfMonth, ...(clock ?? ([0, 0, 0] as const)));
}

function readClock([, h, m, s = "0", half]: RegExpExecArray) {
  let hour = Number(h);
  const isPm = half?.toLowerCase() === "p";
  if (hour > 23 || Number(m) > 59 || Number(s) > 59 || (half && (hour > 12 || hour === 0)))
    return undefined;
  if (half) hour = (hour % 12) + (isPm ? 12 : 0);
  return [hour, Number(m), Number(s)] as const;
}

function readDate(text: string, now: Date) {
  const full = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text);
  const short = full ? undefined : /^(\d{1,2})[./]?(\d{1,2})[./]?(\d{2})?/.exec(text);
  const match = full ?? short;
  if (!match) return undefined;
  const [month, day] = (full ? [full[2], full[3]] : [match[1], match[2]]).map(Number) as [
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const asked = full
    ? Number(full[1])
    : match[3] === undefined
      ? undefined
      : 2000 + Number(match[3]);
  const year = asked ?? now.getFullYear() - (month - 1 > now.getMonth() ? 1 : 0);
  return { date: [year, month - 1, day] as const, length: match[0].length };
}
