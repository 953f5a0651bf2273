import { describe, expect, test } from "@jest/globals";
import type { HelpOf } from "../../../cli/registry.ts";
import {
  type ArgumentsOf,
  type FlagsOf,
  helpOf,
  usageOf,
  type VerbDescription,
  type WordsOf,
} from "../../../cli/verb.ts";
import { type VerbWork, verbOf } from "../../../cli/verb-work.ts";

const sample = {
  name: "sample",
  group: "jobs",
  summary: "does nothing",
  details: "At all.",
  arguments: {
    path: { help: "a path" },
    shell: { optional: true, choices: ["bash", "fish"], help: "a shell" },
    rest: { optional: true, many: true, help: "more" },
  },
  flags: {
    force: { help: "on or off" },
    computeType: { value: "type", many: true, help: "several" },
    elasticIp: { value: "id", bare: true, help: "with or without" },
    timeout: { value: "seconds", as: "seconds", short: "t", help: "a number" },
    os: { value: "name", choices: ["a", "b"], default: "a", help: "one of (default: {default})" },
    limit: { value: "n", as: "whole", default: 50, help: "at most {default}" },
  },
  examples: ["sample ."],
  output: "object",
} as const satisfies VerbDescription;

type Same<One, Other> = [One, Other] extends [Other, One] ? true : false;
type Flat<All> = { [Key in keyof All]: All[Key] };
/** Compiles only when the types are the same. */
const same = <One, Other>(is: Same<Flat<One>, Flat<Other>>) => expect(is).toBe(true);

// The compiler checks these (npm run typecheck): each line below @ts-expect-error must be refused.
describe("the types of a verb come of its description", () => {
  test("values of flags and arguments", () => {
    same<
      FlagsOf<typeof sample>,
      {
        readonly force?: boolean | undefined;
        readonly computeType?: readonly string[] | undefined;
        readonly elasticIp?: string | true | undefined;
        readonly timeout?: number | undefined;
        readonly os: "a" | "b";
        readonly limit: number;
      }
    >(true);
    same<
      ArgumentsOf<typeof sample>,
      {
        readonly path: string;
        readonly shell: "bash" | "fish" | undefined;
        readonly rest: readonly string[];
      }
    >(true);
  });

  test("a verb that reads a flag of another name does not compile", () => {
    const read = (flags: FlagsOf<typeof sample>) => [
      flags.limit,
      // @ts-expect-error: there is no such flag
      flags.limits,
    ];
    expect(read({ os: "a", limit: 1 })).toEqual([1, undefined]);
    const work = (run: VerbWork<typeof sample>["run"]) => ({
      work: { output: undefined as never, run },
    });
    verbOf(sample, async () => work(async (_context, { path }, { os }) => void [path, os]));
    // @ts-expect-error: nor is there such an argument
    verbOf(sample, async () => work(async (_context, { paths }) => void paths));
    const renamed = { ...sample, flags: { force: sample.flags.force } } as const;
    // @ts-expect-error: its work reads flags that the description has not got any more
    verbOf(renamed, async () => work(async (_context, _args, { limit }) => void limit));
  });

  test("a translation without a flag's text, or with a text of another flag, does not compile", () => {
    const flags = { force: "", computeType: "", elasticIp: "", timeout: "", os: "", limit: "" };
    const texts = { path: "", shell: "", rest: "" };
    const { limit: _limit, ...fewer } = flags;
    const all: WordsOf<typeof sample>[] = [
      { summary: "", details: "", arguments: texts, flags },
      // @ts-expect-error: a flag has no text
      { summary: "", details: "", arguments: texts, flags: fewer },
      // @ts-expect-error: an argument has no text
      { summary: "", details: "", arguments: { path: "", shell: "" }, flags },
      // @ts-expect-error: the details are missing
      { summary: "", arguments: texts, flags },
      {
        summary: "",
        details: "",
        arguments: texts,
        flags: {
          ...flags,
          // @ts-expect-error: there is no such flag
          more: "",
        },
      },
    ];
    expect(all).toHaveLength(5);
    // @ts-expect-error: a verb of the group has no translation
    const group: Pick<HelpOf<"looking">, "list" | "logs"> = {
      list: {} as HelpOf<"looking">["list"],
    };
    expect(Object.keys(group)).toEqual(["list"]);
  });
});

test("a flag is shown as the command line takes it, with its default", () => {
  expect(Object.entries(sample.flags).map(([name, flag]) => usageOf(name, flag))).toEqual([
    "--force",
    "--compute-type <type...>",
    "--elastic-ip [id]",
    "-t, --timeout <seconds>",
    "--os <name>",
    "--limit <n>",
  ]);
  expect(helpOf(sample.flags.os)).toBe("one of (default: a)");
});
