import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { GLOBAL_FLAGS } from "../../../../cli/global-flags.ts";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { commandLine, commandWords } from "../../../../cli/output/command-line.ts";
import { asArgument } from "../../../../cli/output/shell-words.ts";
import { buildProgram } from "../../../../cli/program.ts";
import { VERBS } from "../../../../cli/registry.ts";
import type { Argument, Flag, Flags } from "../../../../cli/verb.ts";
import type { Verb } from "../../../../cli/verb-work.ts";

/** Reads words as the program does: verb, arguments, flags, flags of every verb. */
async function parsed(words: readonly string[]) {
  const calls: unknown[] = [];
  const quiet = { writeErr: () => undefined, writeOut: () => undefined };
  const program = buildProgram<Verb>({
    verbs: VERBS,
    globalFlags: GLOBAL_FLAGS,
    version: "1",
    say: sayEnglish,
    json: false,
    onCall: async ({ name }, args, flags, global) => void calls.push([name, args, flags, global]),
  }).configureOutput(quiet);
  for (const command of program.commands) command.configureOutput(quiet);
  await program.parseAsync(words, { from: "user" });
  return calls[0];
}

const text = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom(
    "-x",
    "--json",
    "--",
    "-",
    "a b",
    "it's",
    "$(x)",
    "two\nlines",
    "--to=x",
    "=",
    "",
  ),
);

function valueOf({ value, as, many, bare, choices, default: usual }: Flag) {
  if (value === undefined) return fc.boolean();
  const one: fc.Arbitrary<unknown> =
    as !== undefined
      ? fc.integer({ min: 1, max: 1e6 })
      : choices
        ? fc.constantFrom(...choices)
        : text;
  if (many) return fc.array(one, { minLength: 1, maxLength: 3 });
  if (bare)
    return fc.oneof(
      fc.constant(true),
      text.filter((given) => given !== ""),
    );
  return usual === undefined ? one : fc.oneof(fc.constant(usual), one);
}

const given = (flags: Flags) =>
  fc.record(
    Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, valueOf(flag)])),
    { requiredKeys: [] },
  );

function argumentOf({ many, choices, afterDashes }: Argument) {
  const one = choices ? fc.constantFrom(...choices) : afterDashes ? text : text.map(asArgument);
  return many ? fc.array(one, { minLength: 1, maxLength: 3 }) : one;
}

/** Only what is on, and not what is so anyway: as the program tells it. */
function told(flags: Flags, values: Readonly<Record<string, unknown>>) {
  const usual = (name: string) => JSON.stringify([flags[name]?.default].flat());
  const isTold = ([name, value]: [string, unknown]) =>
    value !== undefined && value !== false && JSON.stringify([value].flat()) !== usual(name);
  return Object.fromEntries(Object.entries(values).filter(isTold));
}

test("a command that is shown means what it was made of, for each verb and every flag", async () => {
  const calls = fc.constantFrom<Verb>(...VERBS).chain((verb) => {
    const args = Object.entries<Argument>(verb.arguments);
    return fc.record({
      verb: fc.constant(verb),
      args: fc.record(Object.fromEntries(args.map(([name, one]) => [name, argumentOf(one)]))),
      flags: given(verb.flags),
      global: given(GLOBAL_FLAGS),
    });
  });
  await fc.assert(
    fc.asyncProperty(calls, async ({ verb, args, flags, global }) => {
      const words = commandWords(global, verb, args, flags);
      expect(await parsed(words)).toEqual([
        verb.name,
        args,
        told(verb.flags, flags),
        told(GLOBAL_FLAGS, global),
      ]);
    }),
    { numRuns: 300 },
  );
});

describe("it is as a user would write it", () => {
  const verb = (name: string) => VERBS.find((one) => one.name === name) as Verb;

  test.each([
    [{}, "wait", { prefix: ["job0001"] }, {}, "cloud-submit wait job0001"],
    [
      { bucket: "b", profile: "my site", json: true },
      "wait",
      { prefix: ["a", "b"] },
      { any: true, timeout: undefined },
      "cloud-submit wait a b --any --bucket b --profile 'my site' --json",
    ],
    [
      { region: "eu-west-1" },
      "submit",
      { path: "-w", sbatchOptions: ["--time=1"] },
      { prefix: "p", delete: true },
      "cloud-submit submit ./-w --prefix p --delete --region eu-west-1 -- --time=1",
    ],
    [{}, "fetch", { prefix: "j" }, { to: "-d" }, "cloud-submit fetch j --to=-d"],
  ])("%j %s %j %j", (global, name, args, flags, line) => {
    expect(commandLine(global, verb(name), args, flags)).toBe(line);
  });
});
