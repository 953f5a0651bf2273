import { Argument, Command, Help, InvalidArgumentError, Option } from "commander";
import { exitCodeMeanings } from "./errors/exit-code.ts";
import type { GlobalFlags } from "./global-flags.ts";
import type { MessageKey, Say } from "./messages/say.ts";
import type { Speech } from "./messages/speech.ts";
import { printable } from "./ui/printable.ts";
import { dashed, type Flag, helpOf, usageOf, type VerbDescription } from "./verb.ts";

export interface ProgramParts<Verb extends VerbDescription> extends Speech<Verb> {
  version: string;
  json: boolean;
  /** Called with the verb that was asked for, and what was given for its arguments and flags, by name. */
  onCall: (verb: Verb, args: object, flags: object, global: GlobalFlags) => Promise<void>;
}

/** The parser, and the help, of every verb. */
export function buildProgram<Verb extends VerbDescription>(parts: ProgramParts<Verb>): Command {
  const { say, version } = parts;
  const program = prepare(new Command("cloud-submit"), say)
    .description(say("help.tagline"))
    .version(version, "--version", say("help.version"))
    .commandsGroup(say("help.group.setup"))
    .helpCommand(false)
    .configureOutput({
      outputError: (text, write) => {
        // With --json, the caller tells it.
        if (parts.json) return;
        const meaning = say("parse.error");
        const told = meaning === "" ? text : text.replace(/^error: /, `${meaning}: `);
        // Commander's own hint is a second line.
        write(told.replaceAll(/[^\n]+/g, printable));
      },
    })
    .showHelpAfterError(parts.json ? false : say("help.hint"));
  addFlags(program, parts.globalFlags, say);
  for (const verb of parts.verbs) addVerb(program, verb, parts);
  addHelpVerb(program, say);
  program.addHelpText(
    "after",
    () => `\n${examplesText(say, MAIN_EXAMPLES)}\n\n${exitCodeText(say)}`,
  );
  return program;
}

const MAIN_EXAMPLES = [
  "run ./work",
  "submit ./work --prefix job0001",
  "wait job0001 --timeout 3600 && cloud-submit fetch job0001 --to ./work",
];

function addVerb<Verb extends VerbDescription>(
  program: Command,
  verb: Verb,
  { say, onCall }: ProgramParts<Verb>,
): void {
  const words = verb.name.split(" ");
  const { summary, details, group } = verb;
  const parent = words.length === 1 ? program : parentOf(program, words[0] ?? "", verb, say);
  const command = prepare(parent.command(words.at(-1) ?? ""), say)
    .summary(summary)
    .description(details === undefined ? summary : `${summary}\n${details}`);
  if (parent === program) command.helpGroup(say(`help.group.${group}`));
  const split = addArguments(program, command, verb.arguments);
  addFlags(command, verb.flags, say);
  command.addHelpText("after", () => `\n${examplesText(say, verb.examples)}`);
  command.action(async () => {
    await onCall(verb, split(), command.opts(), program.opts<GlobalFlags>());
  });
}

/**
 * Adds a verb's arguments. The parser gives many words to the last argument alone: where those before `--` may be many,
 * too, it gets all words as one argument, and they are parted here.
 *
 * @returns what was given, by name, once it is parsed
 */
function addArguments(
  program: Command,
  command: Command,
  described: VerbDescription["arguments"],
): () => object {
  const made = Object.entries(described).map(([name, { optional, many, choices, help }]) => {
    const [open, close] = optional ? "[]" : "<>";
    const argument = new Argument(`${open}${dashed(name)}${many ? "..." : ""}${close}`, help);
    return { name, argument: choices === undefined ? argument : argument.choices(choices) };
  });
  const [first, last] = made;
  if (!first?.argument.variadic || !last) {
    for (const { argument } of made) command.addArgument(argument);
    const byPlace = ({ name }: { name: string }, at: number) => [name, command.processedArgs[at]];
    return () => Object.fromEntries(made.map(byPlace));
  }
  command
    .addArgument(first.argument)
    .usage(`[options] <${dashed(first.name)}...> [-- ${dashed(last.name)}...]`)
    .configureHelp({
      ...command.configureHelp(),
      visibleArguments: () => [first.argument, last.argument],
    });
  return () => {
    // Commander keeps the words as they were given, though its types do not say so.
    const { rawArgs } = program as Command & { rawArgs: readonly string[] };
    const dashes = rawArgs.indexOf("--");
    const after = dashes < 0 ? 0 : rawArgs.length - dashes - 1;
    const before = command.args.length - after;
    if (before <= 0) command.error(`error: missing required argument '${dashed(first.name)}'`);
    return {
      [first.name]: command.args.slice(0, before),
      [last.name]: command.args.slice(before),
    };
  };
}

/** Summaries of verbs that have others below them. */
const PARENTS: Readonly<Record<string, MessageKey & `help.${string}`>> = {
  data: "help.data",
  headnode: "help.headnode",
  slurm: "help.slurm",
};

/** `help sweep status`: commander's own takes one word only. */
function addHelpVerb(program: Command, say: Say): void {
  prepare(program.command("help"), say)
    .description(say("help.verb"))
    .argument("[verb...]")
    .action((words: readonly string[]) => {
      let shown = program;
      for (const word of words) {
        const next = shown.commands.find((command) => command.name() === word);
        if (!next)
          return program.error(`error: unknown command '${words.join(" ")}'`, {
            code: "commander.unknownCommand",
          });
        shown = next;
      }
      shown.outputHelp();
    });
}

/** The verb above `headnode install` and its siblings; it does nothing by itself. */
function parentOf(program: Command, name: string, { group }: VerbDescription, say: Say): Command {
  const there = program.commands.find((command) => command.name() === name);
  return (
    there ??
    prepare(program.command(name), say)
      .description(say(PARENTS[name] ?? "help.tagline"))
      .helpGroup(say(`help.group.${group}`))
      .helpCommand(false)
  );
}

/** Titles of commander, and what they are called here. */
const TITLES: Readonly<Record<string, MessageKey & `help.title.${string}`>> = {
  "Usage:": "help.title.usage",
  "Arguments:": "help.title.arguments",
  "Options:": "help.title.options",
  "Global Options:": "help.title.globalOptions",
  "Commands:": "help.title.commands",
};

/** Settings common to all commands. */
function prepare(command: Command, say: Say): Command {
  return command
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => {
        const key = TITLES[title];
        return key === undefined ? title : say(key);
      },
      // Commander knows of one column a character only.
      displayWidth: (text) => Help.prototype.displayWidth(text) + wideCharacters(text),
    })
    .helpOption("-h, --help", say("help.help"))
    .exitOverride();
}

function wideCharacters(text: string): number {
  return text.match(/[\u3000-\u30ff\u3400-\u9fff\uff01-\uff60]/g)?.length ?? 0;
}

function addFlags(command: Command, flags: VerbDescription["flags"], say: Say): void {
  for (const [name, flag] of Object.entries(flags)) command.addOption(optionOf(name, flag, say));
}

function optionOf(name: string, flag: Flag, say: Say): Option {
  const option = new Option(usageOf(name, flag), helpOf(flag));
  // Commander would take --no-results <glob> for the contrary of --results.
  option.negate = false;
  if (flag.repeated)
    option.argParser((value, before: string[] | undefined) => [...(before ?? []), value]);
  if (flag.choices) option.choices(flag.choices);
  if (flag.as === "seconds")
    option.argParser((value) => {
      const seconds = Number(value);
      if (!(seconds > 0)) throw new InvalidArgumentError(say("flag.seconds"));
      return seconds;
    });
  if (flag.as === "whole")
    option.argParser((value) => {
      if (!/^\d+$/.test(value)) throw new InvalidArgumentError(say("flag.whole"));
      return Number(value);
    });
  return option;
}

function examplesText(say: Say, examples: readonly string[]): string {
  const lines = examples.map((example) => `  cloud-submit ${example}`);
  return [say("help.title.examples"), ...lines].join("\n");
}

function exitCodeText(say: Say): string {
  const lines = exitCodeMeanings(say).map(([code, text]) => `  ${String(code).padEnd(4)} ${text}`);
  return [say("help.title.exitCodes"), ...lines].join("\n");
}
