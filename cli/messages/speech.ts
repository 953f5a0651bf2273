import { GLOBAL_FLAGS } from "../global-flags.ts";
import type { Argument, Flag, Flags, VerbDescription } from "../verb.ts";
import type { Language, Say } from "./say.ts";
import { sayFor } from "./say-for.ts";

/** The command line's texts in one language. */
export interface Speech<Verb extends VerbDescription = VerbDescription> {
  say: Say;
  verbs: readonly Verb[];
  globalFlags: Flags;
}

/** Verbs and messages in a language. */
export async function speechIn<Verb extends VerbDescription>(
  language: Language,
  verbs: readonly Verb[],
): Promise<Speech<Verb>> {
  const say = await sayFor(language);
  if (language === "en") return { say, verbs, globalFlags: GLOBAL_FLAGS };
  const { ja } = await import("./ja.ts");
  const words: Readonly<Record<string, Words>> = ja.verbs;
  return {
    say,
    verbs: verbs.map((verb) => translated(verb, words[verb.name])),
    globalFlags: withHelp(GLOBAL_FLAGS, ja.globalFlags),
  };
}

type Texts = Readonly<Record<string, string>>;
interface Words {
  summary: string;
  details?: string;
  arguments?: Texts;
  flags?: Texts;
}

function translated<Verb extends VerbDescription>(verb: Verb, words: Words | undefined): Verb {
  return {
    ...verb,
    ...words,
    arguments: withHelp(verb.arguments, words?.arguments),
    flags: withHelp(verb.flags, words?.flags),
  };
}

function withHelp<One extends Argument | Flag>(
  all: Readonly<Record<string, One>>,
  texts: Texts = {},
): Record<string, One> {
  return Object.fromEntries(
    Object.entries(all).map(([name, one]) => [name, { ...one, help: texts[name] ?? one.help }]),
  );
}
