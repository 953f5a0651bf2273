import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  ChosenPaths,
  type PathRules,
  rulesProblem,
} from "../../../../transfer/names/chosen-paths.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const chosen = (rules: PathRules, paths: readonly string[]) => {
  const of = new ChosenPaths(rules);
  return paths.filter((path) => of.has(path));
};

const FILES = ["a", "b.csv", "out/a.csv", "out/tmp/x", "out/tmp/deep/y.csv", "scratch/out/z"];

test.each<[PathRules, string[]]>([
  [{}, FILES],
  [{ only: [] }, []],
  [{ only: ["# out", " "] }, []],
  [{ only: ["/out/**", "!/out/tmp/**"] }, ["out/a.csv"]],
  [{ only: ["/out", "!/out/tmp"] }, ["out/a.csv"]],
  [{ only: ["/out", "!/out/tmp", "y.csv"] }, ["out/a.csv", "out/tmp/deep/y.csv"]],
  [{ only: ["*.csv"] }, ["b.csv", "out/a.csv", "out/tmp/deep/y.csv"]],
  [{ only: ["out/"] }, ["out/a.csv", "out/tmp/x", "out/tmp/deep/y.csv", "scratch/out/z"]],
  [{ only: ["*.csv"], not: ["tmp"] }, ["b.csv", "out/a.csv"]],
  [{ only: ["**/**/a"] }, ["a"]],
  [{ only: ["/out/**/"] }, ["out/tmp/x", "out/tmp/deep/y.csv"]],
  [{ not: ["out", "!*.csv"] }, ["a", "b.csv", "out/a.csv", "out/tmp/deep/y.csv"]],
])("%j", (rules, paths) => expect(chosen(rules, FILES)).toEqual(paths));

test.each(["", "/", "/a", "../a", "a//b", "a/", "./a", "//"])(
  "a key that is no path of a file, %j, is an answer all the same",
  (key) => expect(typeof new ChosenPaths({ only: ["a"], not: ["b"] }).has(key)).toBe("boolean"),
);

describe("as git has it", () => {
  const names = fc.constantFrom("a", "b", "ab", "a b", "x.csv", "#a", "!a", "[a]", "a*");
  const path = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const piece = fc.constantFrom("a", "b", "*", "**", "a*", "*.csv", "?", "[ab]", "\\#a", "x.csv");
  const rule = fc
    .tuple(
      fc.constantFrom("", "!", "!", ""),
      fc.constantFrom("", "/"),
      fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join("/")),
      fc.constantFrom("", "/"),
    )
    .map((parts) => parts.join(""));
  const repository = temporaryFolder();
  execFileSync("git", ["init", "-q", repository]);

  /** The paths that git takes for fitting a rule without its `!`, or being below a folder that does. */
  const fitting = (one: string, paths: readonly string[]): Set<string> => {
    writeFileSync(join(repository, ".git", "info", "exclude"), `${one.replace(/^!/, "")}\n`);
    let told: string;
    try {
      const options = { cwd: repository, input: paths.join("\0"), encoding: "utf8" } as const;
      told = execFileSync("git", ["check-ignore", "--no-index", "-z", "--stdin"], options);
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      if (status !== 1) throw error;
      told = stdout;
    }
    return new Set(told.split("\0"));
  };

  test("the last rule that fits decides", () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(path, { minLength: 1, maxLength: 12 }),
        (rules, paths) => {
          fc.pre(rulesProblem({ only: rules }) === undefined);
          const byRule = rules.map((one) => fitting(one, paths));
          const expected = paths.filter((one) => {
            const last = byRule.findLastIndex((fits) => fits.has(one));
            return last >= 0 && !rules[last]?.startsWith("!");
          });
          expect(chosen({ only: rules }, paths)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a folder of which something is chosen is one that may hold something chosen", () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 4 }),
        fc.array(rule, { maxLength: 3 }),
        path,
        path,
        (only, not, folder, below) => {
          const of = new ChosenPaths({ only, not });
          if (of.has(`${folder}/${below}`)) expect(of.mayHold(folder)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("many paths, more than are remembered, are judged as the first", () => {
    const of = new ChosenPaths({ only: ["a*", "!ab", "ab1*"] });
    for (let at = 0; at < 25_000; at++) of.has(`x/${at}`);
    expect([of.has("ab"), of.has("ab12"), of.has("ac")]).toEqual([false, true, true]);
  });
});

describe("rules that are not used", () => {
  test.each<[string, PathRules, string]>([
    ["with many stars", { only: ["a", "*a*b*c*d"] }, "rule-stars"],
    ["of which too many have many stars", { not: Array(9).fill("*a*b*c") }, "rule-stars"],
    ["too many", { not: Array(501).fill("a") }, "rules-too-many"],
    ["with a line end", { only: ["a\n!b"] }, "rule-control"],
    ["with NUL", { only: ["a\0"] }, "rule-control"],
    ["of too many bytes", { only: Array(60).fill("é".repeat(600)) }, "text-too-large"],
    ["that fit nothing", { not: ["[a"] }, "rule-bracket"],
  ])("%s", (_name, rules, code) => expect(rulesProblem(rules)?.code).toBe(code));

  test("the worst that are used take milliseconds for a path", () => {
    const only = [...Array(8).fill("*a*a*b"), ...Array(492).fill("*a*b")];
    expect(rulesProblem({ only })).toBeUndefined();
    const of = new ChosenPaths({ only });
    const name = "a".repeat(255);
    of.has(name);
    // Of this process: other work on the machine does not count.
    const begin = process.cpuUsage();
    for (const folder of ["x", "y", "z"]) of.has(`${folder}/${name}`);
    expect(process.cpuUsage(begin).user / 1000 / 3).toBeLessThan(1000);
  });
});
