/** Characters of a path that are shown, and how many of them are those of its end. */
const SHOWN_MAX = 160;
const SHOWN_END = 60;

/** A path as messages show it, in quotes: of a very long one its beginning and its end, so that what is said of it is seen. */
export function shownPath(path: string): string {
  const characters = Array.from(path);
  if (characters.length <= SHOWN_MAX) return JSON.stringify(path);
  const beginning = characters.slice(0, SHOWN_MAX - SHOWN_END).join("");
  return JSON.stringify(`${beginning}…${characters.slice(-SHOWN_END).join("")}`);
}
