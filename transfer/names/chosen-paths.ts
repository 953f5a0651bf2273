import ignore from "ignore";
import { RULE_MAX_LENGTH, RULES_MAX } from "../../protocol/manifest.ts";
import { type Reason, reason } from "../../protocol/reason.ts";
import { ruleProblems, rulesForLibrary } from "./ignore-rules.ts";

/** Rules for paths, one a line of an ignore file: `only` chooses, `not` leaves out of what is chosen. */
export interface PathRules {
  /** undefined: everything is chosen. */
  only?: readonly string[] | undefined;
  not?: readonly string[] | undefined;
}

/** UTF-8 bytes of both lists at most. */
const TEXT_MAX_BYTES = 64 << 10;
/** A rule with more `*` could take minutes for one path. */
export const STARS_MAX = 3;
/** So many rules of a list may have as many: each may take milliseconds for one path. */
export const STARRY_MAX = 8;

/** The library remembers every path that it was asked about; after so many it is replaced. */
const REMEMBERED_PATHS_MAX = 10_000;

/** Why rules are not taken, the first thing that is wrong; undefined: they can be used. */
export function rulesProblem({ only = [], not = [] }: PathRules): Reason | undefined {
  const bytes = [...only, ...not].reduce((sum, rule) => sum + Buffer.byteLength(rule) + 1, 0);
  if (bytes > TEXT_MAX_BYTES) return reason("text-too-large", { max: `${TEXT_MAX_BYTES}` });
  return listProblem(only) ?? listProblem(not);
}

function listProblem(rules: readonly string[]): Reason | undefined {
  let starry = 0;
  for (const [at, rule] of rules.entries()) {
    const values = { line: `${at + 1}`, rule: rule.slice(0, 200) };
    if (at >= RULES_MAX) return reason("rules-too-many", { max: `${RULES_MAX}` });
    if (rule.length > RULE_MAX_LENGTH)
      return reason("rule-too-long", { ...values, max: `${RULE_MAX_LENGTH}` });
    if (/[\r\n\0]/.test(rule)) return reason("rule-control", values);
    const stars = rule.startsWith("#") ? 0 : (rule.match(/\*+/g)?.length ?? 0);
    if (stars >= STARS_MAX) starry += 1;
    if (stars > STARS_MAX || starry > STARRY_MAX)
      return reason("rule-stars", { ...values, max: `${STARS_MAX}`, some: `${STARRY_MAX}` });
    for (const { code } of ruleProblems(rule)) return { code, values };
  }
  return undefined;
}

/** Decides which paths are chosen. They are relative, with `/`, and none at the end of a folder. */
export class ChosenPaths {
  readonly #only: RuleList | undefined;
  readonly #not: RuleList;

  /** @param rules such as rulesProblem finds nothing wrong with */
  constructor({ only, not = [] }: PathRules) {
    this.#only = only && new RuleList(only);
    this.#not = new RuleList(not);
  }

  has(path: string, isFolder = false): boolean {
    return (this.#only?.fits(path, isFolder) ?? true) && !this.#not.fits(path, isFolder);
  }

  /** Whether something at or below a path could be chosen, as far as the rules' plain beginnings tell. */
  mayHold(path: string): boolean {
    return (this.#only?.mayFitBelow(path) ?? true) && !this.#not.fitsAllBelow(path);
  }
}

/**
 * Rules of which the last one decides that fits a path or a folder that it is in; one with `!` says that it does not fit.
 * Each rule by itself fits what it fits for git. Unlike in a .gitignore, `!` also takes something out of a folder.
 */
class RuleList {
  readonly #groups: { fits: boolean; rules: string[]; asked: ReturnType<typeof ignore> }[] = [];
  readonly #most: number;
  #count = 0;

  constructor(rules: readonly string[]) {
    for (const rule of rules) {
      if (rule.startsWith("#") || rule.trim() === "") continue;
      const fits = !rule.startsWith("!");
      // After its own `!`, git takes these for plain characters.
      const plain = rulesForLibrary(fits ? rule : rule.slice(1).replace(/^[#!]/, "\\$&"));
      const last = this.#groups.at(-1);
      if (last?.fits === fits) last.rules.push(plain);
      else this.#groups.push({ fits, rules: [plain], asked: ignore() });
    }
    this.#most = Math.ceil(REMEMBERED_PATHS_MAX / Math.max(1, this.#groups.length));
  }

  fits(path: string, isFolder: boolean): boolean {
    // A key may end with a slash, or be nothing else.
    if (path.replaceAll("/", "") === "") return false;
    if (this.#count++ % this.#most === 0)
      for (const group of this.#groups)
        group.asked = ignore({ ignorecase: false, allowRelativePaths: true }).add(group.rules);
    const name = isFolder && !path.endsWith("/") ? `${path}/` : path;
    return this.#groups.findLast(({ asked }) => asked.ignores(name))?.fits ?? false;
  }

  /** Whether a folder fits, and no rule with `!` could take something out of it. */
  fitsAllBelow(path: string): boolean {
    return this.#groups.every(({ fits }) => fits) && this.fits(path, true);
  }

  mayFitBelow(path: string): boolean {
    return this.#groups.some(
      (group) => group.fits && group.rules.some((rule) => mayFitBelow(rule, path)),
    );
  }
}

function mayFitBelow(rule: string, path: string): boolean {
  const bare = rule.replace(/^\//, "").replace(/\/\s*$/, "");
  // A name alone fits at any depth; so may what has a wildcard or an escape.
  if (bare === rule.replace(/\/\s*$/, "") && !bare.includes("/")) return true;
  const plain = bare.slice(0, /[*?[\\\s]|$/.exec(bare)?.index);
  const whole = plain.length === bare.length;
  return `${path}/`.startsWith(whole ? `${plain}/` : plain) || plain.startsWith(`${path}/`);
}
