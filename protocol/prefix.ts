import * as z from "zod";

/**
 * A prefix names one job in the bucket: one path segment that is safe as a folder name, in a Slurm
 * comment and in an SSM parameter.
 */
export const PREFIX_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** A prefix, wherever one comes in. */
export const prefixSchema = z.string().regex(PREFIX_PATTERN);

/** Longest prefix in characters. */
export const PREFIX_MAX_LENGTH = 128;

/** Whether `prefix` may name a job. */
export function isPrefix(prefix: string): boolean {
  return PREFIX_PATTERN.test(prefix);
}

/**
 * How the prefixes of a user of their own begin: the name and two hyphens, `alice--`. With one hyphen,
 * `alice` would have those of a user `alice-b`.
 *
 * @returns undefined for a name whose prefixes would begin like those of another user: one that holds two
 * hyphens in a row, or ends with one
 */
export function ownPrefixes(user: string): string | undefined {
  return user.includes("--") || user.endsWith("-") ? undefined : `${user}--`;
}

/** Why `prefix` may not name a job, in words for its owner; undefined when it may. */
export function prefixProblem(prefix: string): string | undefined {
  if (isPrefix(prefix)) return undefined;
  const shown = JSON.stringify(prefix.length > 80 ? `${prefix.slice(0, 80)}…` : prefix);
  const rule = `use 1 to ${PREFIX_MAX_LENGTH} of the characters A-Z a-z 0-9 . _ - and begin with a letter or a digit`;
  if (prefix === "") return `the prefix is empty: ${rule}`;
  if (prefix.length > PREFIX_MAX_LENGTH)
    return `the prefix ${shown} is ${prefix.length} characters long: ${rule}`;
  if (prefix.includes("/")) return `the prefix ${shown} has more than one path segment: ${rule}`;
  return `the prefix ${shown} is not allowed: ${rule}`;
}

/**
 * A prefix made from a folder's name and a time, such as `wave-20261123-204501`.
 *
 * @param name any text; characters a prefix cannot hold become `-`
 * @param at the moment to name, in UTC
 * @param suffix distinguishes prefixes made in the same second
 */
export function makePrefix(name: string, at: Date, suffix: string): string {
  const base = name.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "");
  const stamp = at.toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  const tail = `-${stamp}-${suffix}`;
  return `${(base || "job").slice(0, PREFIX_MAX_LENGTH - tail.length)}${tail}`;
}
