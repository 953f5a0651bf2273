import { expect, test } from "@jest/globals";
import { onlyPrints } from "../../../cli/only-prints.ts";
import { VERBS } from "../../../cli/registry.ts";

const verbNamed = (name: string) => VERBS.find((verb) => verb.name === name)!;

test("verbs that look at jobs only print, and those that change something never do, unless for show", () => {
  const printing = VERBS.filter((verb) => onlyPrints(verb, {}, {})).map(({ name }) => name);
  const looking = VERBS.filter(({ group }) => group === "looking").map(({ name }) => name);
  expect(printing).toEqual(looking);
});

test.each([
  ["fetch", { prefix: ["job:out/a"] }, {}, true],
  ["fetch", { prefix: ["job"] }, { list: true }, true],
  ["fetch", { prefix: ["job"] }, {}, false],
  ["prune", { pattern: undefined }, { dryRun: true }, true],
  ["rm", { prefix: ["job"] }, { yes: true }, false],
  ["run", { path: "./a:b" }, {}, false],
])("%s %j %j", (name, args, flags, expected) => {
  expect(onlyPrints(verbNamed(name), args, flags)).toBe(expected);
});
