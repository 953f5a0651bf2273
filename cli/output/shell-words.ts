/** Characters that no shell looks at. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** The same of cmd.exe and PowerShell. */
const PLAIN_ON_WINDOWS = /^[A-Za-z0-9_=:./\\-]+$/;

/**
 * A command line that the system's shell reads as exactly these words, to be copied from a terminal: on Windows PowerShell,
 * and cmd.exe where nothing in them is a variable.
 */
export function shellWords(
  words: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string {
  return platform === "win32" ? words.map(quotedOnWindows).join(" ") : posixWords(words);
}

/**
 * A command line that a POSIX shell reads as exactly these words, to be copied from a terminal. A line end or another
 * control character, which a terminal does not show as it is, stands in it as an escape of printf(1).
 *
 * Source: POSIX, "Shell Command Language", 2.2 Quoting; printf(1), `%b`.
 */
function posixWords(words: readonly string[]): string {
  const line = words.map(quoted).join(" ");
  if (!HIDDEN.test(line)) return line;
  return `eval "$(printf %b ${quoted(line.replace(ESCAPED, octal))})"`;
}

/** Sources: Microsoft, "about_Quoting_Rules" and "Parsing C command-line arguments". */
function quotedOnWindows(word: string): string {
  if (PLAIN_ON_WINDOWS.test(word)) return word;
  // At the end, a backslash would take the quote with it.
  const whole = word.replace(/\\+$/, "$&$&");
  return /[$`"]/.test(word) ? `'${whole.replaceAll("'", "''")}'` : `"${whole}"`;
}

/** A path as an argument: one that begins with a hyphen would be taken for an option. */
export function asArgument(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

/** Characters terminals do not show as is (ui/printable.ts). */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const ESCAPED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\\']/gu;

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The bytes of a character, as `\0ooo` each. */
function octal(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `\\0${byte.toString(8).padStart(3, "0")}`)
    .join("");
}
