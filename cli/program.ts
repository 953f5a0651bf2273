import { Argument, Command, Help, InvalidArgumentError, Option } from "commander";
import type { HelpText } from "./messages/help-text.ts";
import type { Say } from "./messages/say.ts";
import {
  type Call,
  GLOBAL_OPTIONS,
  type Option as OptionDescription,
  optionName,
  type VerbDescription,
} from "./verb.ts";

export interface ProgramParts {
  verbs: readonly VerbDescription[];
  version: string;
  help: HelpText;
  say: Say;
  json: boolean;
  /** Called with the verb that was asked for. */
  onCall: (verb: VerbDescription, call: Call, global: Record<string, unknown>) => Promise<void>;
}

/** The parser, and the help, of every verb. */
export function buildProgram(parts: ProgramParts): Command {
  const { help, say, version } = parts;
  const program = prepare(new Command("cloud-submit"), parts)
    .description(help.tagline)
    .version(version, "--version", help.version)
    .commandsGroup(help.groups.setup)
    .helpCommand("help [verb]", help.helpVerb)
    .configureOutput({
      outputError: (text, write) => {
        // With --json, the caller tells it.
        if (parts.json) return;
        const meaning = say("parse.error");
        write(meaning === "" ? text : text.replace(/^error: /, `${meaning}: `));
      },
    })
    .showHelpAfterError(parts.json ? false : say("help.hint"));
  for (const option of GLOBAL_OPTIONS)
    program.addOption(optionOf(option, help.globals[optionName(option)] ?? "", say));
  for (const verb of parts.verbs) addVerb(program, verb, parts);
  program.addHelpText(
    "after",
    () => `\n${examplesText(help, MAIN_EXAMPLES)}\n\n${exitCodeText(help)}`,
  );
  return program;
}

const MAIN_EXAMPLES = [
  "run ./work",
  "submit ./work --prefix job0001",
  "wait job0001 --timeout 3600 && cloud-submit fetch job0001 --to ./work",
];

function addVerb(program: Command, verb: VerbDescription, parts: ProgramParts): void {
  const { help, say } = parts;
  const words = verb.name.split(" ");
  const text = help.verbs[verb.name] ?? { summary: "" };
  const parent = words.length === 1 ? program : parentOf(program, words[0] ?? "", verb, parts);
  const command = prepare(parent.command(words.at(-1) ?? ""), parts)
    .summary(text.summary)
    .description(text.details === undefined ? text.summary : `${text.summary}\n${text.details}`);
  if (parent === program) command.helpGroup(help.groups[verb.group]);
  for (const { name, required, variadic, choices } of verb.arguments) {
    const argument = new Argument(
      `${required ? "<" : "["}${name}${variadic ? "..." : ""}${required ? ">" : "]"}`,
      text.arguments?.[name] ?? "",
    );
    command.addArgument(choices === undefined ? argument : argument.choices(choices));
  }
  for (const option of verb.options)
    command.addOption(optionOf(option, text.options?.[optionName(option)] ?? "", say));
  command.addHelpText("after", () => `\n${examplesText(help, verb.examples)}`);
  command.action(async () => {
    const args = command.processedArgs.flat().filter((arg): arg is string => arg !== undefined);
    await parts.onCall(verb, { args, flags: command.opts() }, program.opts());
  });
}

/** The verb above `headnode install` and its siblings; it does nothing by itself. */
function parentOf(
  program: Command,
  name: string,
  verb: VerbDescription,
  parts: ProgramParts,
): Command {
  const there = program.commands.find((command) => command.name() === name);
  const { help } = parts;
  return (
    there ??
    prepare(program.command(name), parts)
      .description(help.headnode)
      .helpGroup(help.groups[verb.group])
      .helpCommand(false)
  );
}

/** What every command has in common. */
function prepare(command: Command, { help }: ProgramParts): Command {
  const titles: Readonly<Record<string, string>> = {
    "Usage:": help.titles.usage,
    "Arguments:": help.titles.arguments,
    "Options:": help.titles.options,
    "Global Options:": help.titles.globalOptions,
    "Commands:": help.titles.commands,
  };
  return command
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => titles[title] ?? title,
      // Commander knows of one column a character only.
      displayWidth: (text) => Help.prototype.displayWidth(text) + wideCharacters(text),
    })
    .helpOption("-h, --help", help.help)
    .exitOverride();
}

function wideCharacters(text: string): number {
  return text.match(/[\u3000-\u30ff\u3400-\u9fff\uff01-\uff60]/g)?.length ?? 0;
}

function optionOf({ flags, parse, choices }: OptionDescription, text: string, say: Say): Option {
  const option = new Option(flags, text);
  if (choices) option.choices(choices);
  if (parse === "seconds")
    option.argParser((value) => {
      const seconds = Number(value);
      if (!(seconds > 0)) throw new InvalidArgumentError(say("flag.seconds"));
      return seconds;
    });
  if (parse === "whole")
    option.argParser((value) => {
      if (!/^\d+$/.test(value)) throw new InvalidArgumentError(say("flag.whole"));
      return Number(value);
    });
  return option;
}

function examplesText({ titles }: HelpText, examples: readonly string[]): string {
  return [titles.examples, ...examples.map((example) => `  cloud-submit ${example}`)].join("\n");
}

function exitCodeText({ titles, exitCodes }: HelpText): string {
  const lines = exitCodes.map(([code, text]) => `  ${String(code).padEnd(4)} ${text}`);
  return [titles.exitCodes, ...lines].join("\n");
}
