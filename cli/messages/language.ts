import { LANGUAGES, type Language } from "./say.ts";

/**
 * The language to speak: `--lang`, then what POSIX takes for messages (LC_ALL, LC_MESSAGES, LANG, each only
 * if it is not empty), then, where none of them is usual, what the system says.
 *
 * @param system locale of the system, such as `ja-JP`; only asked for when no variable is set
 */
export function languageOf(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  system: () => string,
): Language {
  const asked = flagOf(args) || env.LC_ALL || env.LC_MESSAGES || env.LANG || system();
  const word = asked.toLowerCase().split(/[_.@-]/, 1)[0];
  return LANGUAGES.find((language) => language === word) ?? "en";
}

/** `--lang ja` or `--lang=ja`, wherever it is before `--`: help is needed before anything is parsed. */
function flagOf(args: readonly string[]): string | undefined {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const joined = own.find((arg) => arg.startsWith("--lang="));
  if (joined !== undefined) return joined.slice("--lang=".length);
  const at = own.indexOf("--lang");
  return at < 0 ? undefined : own[at + 1];
}
