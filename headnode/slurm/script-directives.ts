/**
 * The words of a job script's `#SBATCH` lines, as sbatch takes them: up to the first line that is a command.
 * Quotes are taken off. Source: sbatch(1), DESCRIPTION.
 */
export function scriptDirectives(script: string): string[] {
  const words: string[] = [];
  for (const line of script.split("\n")) {
    const text = line.trim();
    if (text !== "" && !text.startsWith("#")) break;
    if (!/^#SBATCH\s/.test(line)) continue;
    // A `#` by itself begins a comment.
    for (const [word] of line.slice("#SBATCH".length).matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)) {
      if (word.startsWith("#")) break;
      words.push(word.replace(/"([^"]*)"|'([^']*)'/g, (_, a?: string, b?: string) => a ?? b ?? ""));
    }
  }
  return words;
}

/**
 * The value of an option among words such as those of `#SBATCH` lines, the last one of several.
 *
 * @param long its name, without dashes
 * @param letter its letter
 */
export function optionValue(
  words: readonly string[],
  long: string,
  letter: string,
): string | undefined {
  let value: string | undefined;
  for (const [at, word] of words.entries()) {
    if (word.startsWith(`--${long}=`)) value = word.slice(long.length + 3);
    else if (word === `--${long}` || word === `-${letter}`) value = words[at + 1];
    else if (word.startsWith(`-${letter}`) && !word.startsWith("--")) value = word.slice(2);
  }
  return value;
}
