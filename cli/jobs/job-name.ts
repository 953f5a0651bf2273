/**
 * The time in a prefix that makePrefix made: `-YYYYMMDD-HHMMSS-suffix` at its end, or before the number of a sweep's row;
 * undefined without one.
 */
export function timeOfPrefix(prefix: string): Date | undefined {
  const found = /-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-[0-9a-z]+(?:-\d{1,5})?$/.exec(prefix);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** A name pattern with `*` and `?`, as shells have them; without either, the beginning of names. */
export interface NamePattern {
  /** Beginning of every name that fits. */
  start: string;
  fits: (name: string) => boolean;
}

/** Reads a pattern of job names; undefined fits every name. */
export function namePattern(text: string | undefined): NamePattern {
  if (text === undefined) return { start: "", fits: () => true };
  const wild = text.search(/[*?]/);
  if (wild < 0) return { start: text, fits: (name) => name.startsWith(text) };
  return { start: text.slice(0, wild), fits: globPattern(text) };
}

/** Whether a whole text fits a pattern with `*` and `?`. */
export function globPattern(text: string): (whole: string) => boolean {
  const source = text.replace(/[.*+?^${}()|[\]\\]/g, (one) => {
    if (one === "*") return ".*";
    return one === "?" ? "." : `\\${one}`;
  });
  const pattern = new RegExp(`^${source}$`, "s");
  return (whole) => pattern.test(whole);
}
