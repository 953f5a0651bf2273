import type { HelpText } from "../../messages/help-text.ts";
import { GLOBAL_OPTIONS, type Option, optionName, type VerbDescription } from "../../verb.ts";

export interface CompletedOption {
  /** `--to`, and `-f` where there is one. */
  names: string[];
  text: string;
  /** What its value may be; undefined: it has none; empty: any text, or a file. */
  values: readonly string[] | undefined;
}

/** What may follow some words. */
export interface CompletedVerb {
  words: string[];
  text: string;
  options: CompletedOption[];
  /** Words that its first argument may be. */
  values: readonly string[];
}

/** Every verb with what may follow it; one that only has verbs below it is among them. */
export function completionTree(verbs: readonly VerbDescription[], help: HelpText): CompletedVerb[] {
  const globals = GLOBAL_OPTIONS.map((option) => complete(option, help.globals));
  return verbs.map((verb) => {
    const text = help.verbs[verb.name];
    return {
      words: verb.name.split(" "),
      text: text?.summary ?? "",
      options: [...verb.options.map((option) => complete(option, text?.options)), ...globals],
      values: verb.arguments[0]?.choices ?? [],
    };
  });
}

/** Words that may stand first, each once. */
export function firstWords(tree: readonly CompletedVerb[]): string[] {
  return [...new Set(tree.map(({ words: [first = ""] }) => first))];
}

function complete(option: Option, texts: Readonly<Record<string, string>> = {}): CompletedOption {
  const letter = /^(-[a-z]),/.exec(option.flags)?.[1];
  const name = optionName(option);
  const hasValue = /[<[]/.test(option.flags);
  return {
    names: [`--${name}`, ...(letter === undefined ? [] : [letter])],
    text: texts[name] ?? "",
    values: hasValue ? (option.choices ?? []) : undefined,
  };
}
