/** The mark of a line for sbatch, which takes the second with a warning. Seen on 22.05. */
const MARK = /^#(?:SBATCH|SLURM)/;

/** Source: isspace(3). */
const SPACE = /[ \t\v\f\r]/;
/** A line that is no command: a comment, or blank. */
const COMMENT = /^[ \t\v\f\r]*(?:#|$)/;

/** A line of a job script that is addressed to a program, and its words. */
export interface DirectiveLine {
  /** Number of the line, from 0 on. */
  at: number;
  words: string[];
}

/**
 * The words of a job script's `#SBATCH` lines, as sbatch takes them: up to the first line that is a command.
 * Quotes are taken off. Source: sbatch(1), DESCRIPTION; the tests compare it with the real one.
 */
export function scriptDirectives(script: string): string[] {
  return directiveLines(script).flatMap(({ words }) => words);
}

/**
 * The same line by line.
 *
 * @param mark what such lines begin with; undefined: that of lines for sbatch
 */
export function directiveLines(script: string, mark = MARK): DirectiveLine[] {
  const lines: DirectiveLine[] = [];
  for (const [at, line] of script.split("\n").entries()) {
    if (!COMMENT.test(line)) break;
    const found = mark.exec(line);
    if (found) lines.push({ at, words: wordsOf(line.slice(found[0].length)) });
  }
  return lines;
}

/** The words of the rest of such a line. A backslash and quotes keep what follows; a `#` begins a comment. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") {
      // Of white space, it is taken off and keeps nothing (seen on 22.05).
      if (quote === "" && SPACE.test(text.charAt(at + 1))) continue;
      at += 1;
      word += text.charAt(at);
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "#") break;
    else if (SPACE.test(character)) {
      if (word !== "") words.push(word);
      word = "";
    } else word += character;
  }
  if (word !== "") words.push(word);
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
