import { type CompletedVerb, firstWords } from "./tree.ts";

/** The script for fish. */
export function fishScript(tree: readonly CompletedVerb[]): string {
  const lines = [
    "complete -c cloud-submit -n __fish_use_subcommand -f",
    ...firstWords(tree).map((first) => {
      const text = tree.find(({ words }) => words[0] === first && words.length === 1)?.text ?? "";
      return `complete -c cloud-submit -n __fish_use_subcommand -a ${first} -d ${quoted(text)}`;
    }),
  ];
  for (const { words, text, options, values } of tree) {
    const [first = "", second] = words;
    if (second !== undefined)
      lines.push(
        `complete -c cloud-submit -f -n ${quoted(`__fish_seen_subcommand_from ${first}`)} -a ${second} -d ${quoted(text)}`,
      );
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    if (values.length > 0)
      lines.push(`complete -c cloud-submit -f -n ${quoted(seen)} -a ${quoted(values.join(" "))}`);
    for (const option of options) {
      const [name = "", letter] = option.names;
      const parts = [`complete -c cloud-submit -n ${quoted(seen)} -l ${name.slice(2)}`];
      if (letter !== undefined) parts.push(`-s ${letter.slice(1)}`);
      if (option.values !== undefined) parts.push("-r");
      if (option.values?.length) parts.push(`-f -a ${quoted(option.values.join(" "))}`);
      lines.push(`${parts.join(" ")} -d ${quoted(option.text)}`);
    }
  }
  return lines.join("\n");
}

/** Source: fish, "Quotes": only \\ and ' are special between single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, (one) => `\\${one}`)}'`;
}
