import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sayEnglish } from "../../../cli/messages/say.ts";
import { parseFlags } from "../../../cli/parse-flags.ts";
import { buildProgram } from "../../../cli/program.ts";
import { VERBS } from "../../../cli/registry.ts";
import { dashed, type Flag, type VerbDescription } from "../../../cli/verb.ts";

/** Flags that the verb gets for these words. */
async function calledWith(verb: VerbDescription, words: readonly string[]) {
  let flags: object = {};
  const program = buildProgram({
    verbs: [verb],
    globalFlags: {},
    say: sayEnglish,
    version: "1",
    json: true,
    onCall: async (_verb, _args, given) => {
      flags = parseFlags(verb.flags, given);
    },
  });
  const args = Object.values(verb.arguments)
    .filter(({ optional }) => !optional)
    .map(({ choices }) => choices?.[0] ?? "x");
  const name = verb.name.split(" ");
  // Where words after the dashes are options for sbatch, those of the verb itself come before.
  const own = Object.values(verb.arguments).some(({ afterDashes }) => afterDashes);
  const all = own ? [...name, ...args, ...words] : [...name, ...words, "--", ...args];
  await program.parseAsync(all, { from: "user" });
  return flags;
}

/** Texts that fit patterns of flags. */
const FITTING = [
  "subnet-01234567",
  "eipalloc-01",
  "192.0.2.0/24",
  "compute",
  "k",
  "aws:kms",
  "http://proxy.example.com:3128",
  "taro.yamada+jobs@example.ac.jp",
];

/** The same, hostile ones, and any others. */
const text = fc.oneof(
  fc.constantFrom(...FITTING, "__proto__", "日本"),
  fc.string({ minLength: 1 }).filter((one) => !one.startsWith("-")),
);

/** A value that a flag may have. */
function valueOf({
  value,
  as,
  many,
  bare,
  choices,
  pattern,
  min = 0,
}: Flag): fc.Arbitrary<unknown> {
  if (value === undefined) return fc.constant(true);
  if (as === "seconds") return fc.double({ min: 1e-3, max: 1e9, noNaN: true });
  if (as === "whole") return fc.integer({ min, max: 1e6 });
  // Without one that fits, the filter below would look for ever.
  if (pattern)
    expect([pattern, FITTING.some((each) => pattern[0].test(each))]).toEqual([pattern, true]);
  const one = choices
    ? fc.constantFrom(...choices)
    : text.filter((each) => !pattern || pattern[0].test(each));
  if (many) return fc.array(one, { minLength: 1, maxLength: 3 });
  return bare ? fc.oneof(one, fc.constant(true)) : one;
}

function wordsOf(verb: VerbDescription, [name, value]: readonly [string, unknown]): string[] {
  const flag = `--${dashed(name)}`;
  if (verb.flags[name]?.repeated) return (value as unknown[]).flatMap((one) => [flag, String(one)]);
  return value === true ? [flag] : [flag, ...[value].flat().map(String)];
}

const defaultsOf = (verb: VerbDescription) =>
  Object.fromEntries(
    Object.entries(verb.flags).flatMap(([name, { default: one }]) =>
      one === undefined ? [] : [[name, one]],
    ),
  );

describe.each(VERBS.map((verb) => [verb.name, verb] as const))(
  "%s",
  (_name, verb: VerbDescription) => {
    test("gets each flag that is given, of its type, and the defaults of the others", async () => {
      const values = fc.record(
        Object.fromEntries(Object.entries(verb.flags).map(([name, flag]) => [name, valueOf(flag)])),
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(values, async (given) => {
          const words = Object.entries(given).flatMap((one) => wordsOf(verb, one));
          expect(await calledWith(verb, words)).toEqual({ ...defaultsOf(verb), ...given });
        }),
        { numRuns: 30 },
      );
    });

    test("gets nothing that its description does not have", () => {
      expect(() => parseFlags(verb.flags, { other: true })).toThrow(/other/);
      for (const name of Object.keys(verb.flags))
        expect(() => parseFlags(verb.flags, { [name]: {} })).toThrow(
          expect.objectContaining({
            code: "usage",
            message: expect.stringContaining(`--${dashed(name)}: `),
          }),
        );
    });
  },
);
