import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { reason } from "../../protocol/reason.ts";
import type { Note } from "../../protocol/record.ts";
import { STARRY_MAX, STARS_MAX } from "../../transfer/names/chosen-paths.ts";
import {
  IGNORE_FILE,
  type IgnoreRules,
  ignoreRules,
  ruleProblems,
} from "../../transfer/names/ignore-rules.ts";

/** More of an ignore file is not used for results: its rules are tried on each of them, on the Head Node. */
const TEXT_MAX_BYTES = 64 << 10;
const RULES_MAX = 500;

/** Folders above a path at most: what a rule takes grows with the third power of them. */
const DEPTH_MAX = 100;

/** Milliseconds that one job's rules may take, on behalf of one submitter, while others wait. */
const TIME_MAX_MS = 10_000;

/** Notes that a record tells of rules at most. */
const NOTES_MAX = 5;

/**
 * The ignore file that was staged, as the submitter sent it: read before the job begins, so that the job cannot
 * change what comes back. undefined: there is none, or none that is a file of a bounded size.
 */
export function stagedRules(folder: string): Promise<string | undefined> {
  return stagedText(folder, IGNORE_FILE);
}

/** The text of a file that was staged; undefined: there is none, or none that is a file of a bounded size. */
export async function stagedText(folder: string, name: string): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(folder, name), flags).catch(() => undefined);
  try {
    const stats = await file?.stat();
    if (!stats?.isFile() || stats.size > TEXT_MAX_BYTES) return undefined;
    return await file?.readFile("utf8");
  } finally {
    await file?.close();
  }
}

/** Decides which of a job's results are left out; collects the notes. */
export class ResultRules {
  readonly #rules: IgnoreRules;
  readonly #notes: Note[];
  readonly #now: () => number;
  #count = 0;
  #first = "";
  #tookMs = 0;
  #untried = 0;

  /** @param now milliseconds, of a clock that is never set */
  constructor(text: string, now: () => number = () => performance.now()) {
    this.#now = now;
    const lines = text.split(/\r?\n/);
    const bad = [...ruleProblems(text)];
    let starry = 0;
    const used = lines.map((line, at) => {
      const values = { line: `${at + 1}`, rule: line.slice(0, 200) };
      const stars = line.match(/\*+/g)?.length ?? 0;
      if (stars >= STARS_MAX) starry += 1;
      const isTooStarry = stars > STARS_MAX || (stars === STARS_MAX && starry > STARRY_MAX);
      if (at < RULES_MAX && !isTooStarry) return line;
      if (line !== "" && !line.startsWith("#")) bad.push(reason("rule-not-used", values));
      return "";
    });
    this.#rules = ignoreRules(used.join("\n"));
    this.#notes = bad.slice(0, NOTES_MAX);
  }

  /** @param isInput it was staged, and is no result */
  ignores(path: string, isFolder: boolean, isInput: boolean): boolean {
    if (!this.#fits(path, isFolder)) return false;
    if (!isInput) {
      this.#count += 1;
      this.#first ||= path;
    }
    return true;
  }

  #fits(path: string, isFolder: boolean): boolean {
    if (this.#tookMs > TIME_MAX_MS || path.split("/", DEPTH_MAX + 2).length > DEPTH_MAX + 1) {
      this.#untried += 1;
      return false;
    }
    const began = this.#now();
    const fits = this.#rules(path, isFolder);
    this.#tookMs += this.#now() - began;
    return fits;
  }

  notes(): Note[] {
    const notes = [...this.#notes];
    const [count, untried] = [`${this.#count}`, `${this.#untried}`];
    if (this.#untried > 0) notes.push(reason("rules-not-tried", { count: untried }));
    if (this.#count > 0)
      notes.push(reason("results-ignored", { count, path: this.#first.slice(0, 1024) }));
    return notes;
  }
}
