import { dashed, type Flag, type Flags, helpOf, type VerbDescription } from "../../verb.ts";

export interface CompletedOption {
  /** `--to`, and `-f` where there is one. */
  names: string[];
  text: string;
  /** Possible values; undefined: it has none; empty: any text, or a file. */
  values: readonly string[] | undefined;
}

/** Completions of one verb. */
export interface CompletedVerb {
  words: string[];
  text: string;
  options: CompletedOption[];
  /** Words that its first argument may be. */
  values: readonly string[];
}

/** Every verb with what may follow it; one that only has verbs below it is among them. */
export function completionTree(verbs: readonly VerbDescription[], globals: Flags): CompletedVerb[] {
  return verbs.map(({ name, summary, arguments: args, flags }) => ({
    words: name.split(" "),
    text: summary,
    options: [flags, globals].flatMap((all) =>
      Object.entries(all).map(([flag, description]) => complete(flag, description)),
    ),
    values: Object.values(args)[0]?.choices ?? [],
  }));
}

/** Words that may stand first, each once. */
export function firstWords(tree: readonly CompletedVerb[]): string[] {
  return [...new Set(tree.map(({ words: [first = ""] }) => first))];
}

function complete(name: string, flag: Flag): CompletedOption {
  const { short, value, choices = [] } = flag;
  return {
    names: [`--${dashed(name)}`, ...(short === undefined ? [] : [`-${short}`])],
    text: helpOf(flag),
    values: value === undefined ? undefined : choices,
  };
}
