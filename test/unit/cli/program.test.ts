import { describe, expect, test } from "@jest/globals";
import { GLOBAL_FLAGS } from "../../../cli/global-flags.ts";
import { sayEnglish } from "../../../cli/messages/say.ts";
import { buildProgram } from "../../../cli/program.ts";
import { VERBS } from "../../../cli/registry.ts";
import type { Verb } from "../../../cli/verb-work.ts";

/** All that is written of help. */
async function helpOf(line: string): Promise<string> {
  let written = "";
  const program = buildProgram<Verb>({
    verbs: VERBS,
    globalFlags: GLOBAL_FLAGS,
    version: "1.2.3",
    say: sayEnglish,
    json: false,
    onCall: async () => undefined,
  });
  const all = [program, ...program.commands].flatMap((one) => [one, ...one.commands]);
  for (const command of all)
    command.configureOutput({
      writeErr: () => undefined,
      writeOut: (text) => void (written += text),
    });
  try {
    await program.parseAsync(line.split(" "), { from: "user" });
  } catch (error) {
    if ((error as { exitCode?: number }).exitCode !== 0) throw error;
  }
  return written;
}

/** Calls that a command line leads to. */
async function parsed(line: string) {
  const calls: [string, object, object, object][] = [];
  const program = buildProgram<Verb>({
    verbs: VERBS,
    globalFlags: GLOBAL_FLAGS,
    version: "1.2.3",
    say: sayEnglish,
    json: false,
    onCall: async (verb, ...given) => void calls.push([verb.name, ...given]),
  }).configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const command of program.commands)
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  await program.parseAsync(line.split(/ +/), { from: "user" });
  return calls[0];
}

describe("the parser", () => {
  const examples = VERBS.flatMap(({ name, examples: all }) =>
    all.map((one) => [name, one] as const),
  );

  test.each(examples)("%s takes its example: %s", async (name, example) => {
    const [line = ""] = example.replaceAll("'", "").split(" >");
    expect((await parsed(line))?.[0]).toBe(name);
  });

  test("takes --input once for each, before or after the folder", async () => {
    const call = await parsed("submit --input genome --input job0:out=in ./w");
    expect(call?.slice(0, 3)).toEqual([
      "submit",
      { path: ["./w"], sbatchOptions: [] },
      { input: ["genome", "job0:out=in"] },
    ]);
  });

  test("leaves what is after -- to sbatch, wherever options stand", async () => {
    const call = await parsed("run --json --prefix p ./w --bucket b -- --nodes=2 --json -t 1");
    expect(call).toEqual([
      "run",
      { path: "./w", sbatchOptions: ["--nodes=2", "--json", "-t", "1"] },
      { prefix: "p" },
      { json: true, bucket: "b" },
    ]);
  });

  test("a flag that is given once for each value leaves what follows alone", async () => {
    const call = await parsed("submit --after a ./w --after b:any");
    expect(call?.slice(0, 3)).toEqual([
      "submit",
      { path: ["./w"], sbatchOptions: [] },
      { after: ["a", "b:any"] },
    ]);
  });

  test.each([
    ["wait", "missing required argument 'prefix'"],
    ["wait x --timeout soon", "give a number of seconds"],
    ["list --limit -1", "give a whole number"],
    ["sweep status a b", "too many arguments"],
    ["headnode instal", "unknown command"],
    ["completion csh", "Allowed choices are bash, zsh, fish, powershell"],
    ["status x --explian", "Did you mean --explain"],
  ])("refuses %s", async (line, message) => {
    await expect(parsed(line)).rejects.toThrow(message);
  });
});

describe("help", () => {
  test.each([...VERBS.map(({ name }) => name), "data", "headnode", "help"])(
    "help %s is what its --help writes",
    async (name) => {
      const help = await helpOf(`help ${name}`);
      expect(help).toMatch(new RegExp(`^Usage: cloud-submit ${name}\\b`));
      expect(help).toBe(await helpOf(`${name} --help`));
    },
  );

  test("without a verb is that of all", async () =>
    expect(await helpOf("help")).toBe(await helpOf("--help")));

  test.each(["nosuch", "sweep nosuch", "data put more"])("refuses help %s", async (words) => {
    await expect(helpOf(`help ${words}`)).rejects.toMatchObject({
      code: "commander.unknownCommand",
      message: `error: unknown command '${words}'`,
    });
  });
});
