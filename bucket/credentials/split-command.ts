/** The rules of a POSIX shell for words, and nothing else that a shell does, as Python's shlex has them. */
const POSIX =
  /(?<space>\s+)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[\s\S])*)"|\\(?<escaped>[\s\S])|(?<open>["'\\])|(?<plain>[^\s'"\\]+)/g;

/** @throws Error for a quotation without an end */
export function posixWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const { groups = {} } of text.matchAll(POSIX)) {
    const { space, single, double, escaped, plain, open } = groups;
    if (open !== undefined) throw new Error("a quotation has no end");
    if (space === undefined)
      word =
        (word ?? "") + (single ?? double?.replaceAll(/\\(["\\])/g, "$1") ?? escaped ?? plain ?? "");
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

/**
 * By the rules of Windows' C runtime: double quotes only, and backslashes escape before one.
 *
 * @throws Error for a quotation without an end
 */
export function windowsWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (const [, slashes = "", char = ""] of text.matchAll(/(\\*)([^\\]|$)/g)) {
    if (char === '"') {
      word = (word ?? "") + "\\".repeat(slashes.length / 2);
      if (slashes.length % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
      continue;
    }
    const isSpace = (char === " " || char === "\t") && !isQuoted;
    const more = slashes + (isSpace ? "" : char);
    if (more !== "") word = (word ?? "") + more;
    if (!isSpace || word === undefined) continue;
    words.push(word);
    word = undefined;
  }
  if (isQuoted) throw new Error("a quotation has no end");
  return word === undefined ? words : [...words, word];
}

/** The words of a command in the settings of the AWS tools, as the AWS CLI splits it. */
export function splitCommand(text: string, platform: NodeJS.Platform): string[] {
  return platform === "win32" ? windowsWords(text) : posixWords(text);
}
