import type { Origin } from "../../protocol/manifest.ts";

/** Bytes that go on a name, as a class of a regular expression: every byte of what is not ASCII is one, too. */
const NAME = String.raw`A-Za-z0-9_+@%~\x80-\xff-`;
/** Before a path, these show that it is the rest of a longer one: `/mnt/a`, `${ROOT}/a`, `$(pwd)/a`. */
const NO_BEGIN = new RegExp(String.raw`[${NAME}./})]`);
/** After a path: a name that goes on, with an escaped character, too. */
const GOES_ON = new RegExp(String.raw`^(?:[${NAME}]|\.[${NAME}.]|\\[ ()\[\]&;$!*?#<>|{}=,:^])`);
/** Characters that stay as they are when a path is written with backslashes. */
const PLAIN = new RegExp(String.raw`[^${NAME}./,:=]`, "g");

/** A path to look for, and what it becomes; both with a character for each byte. */
interface Form {
  path: string;
  becomes: string;
}

/** Where a form begins in a text. */
interface Found {
  at: number;
  form: Form;
}

/**
 * A text in which the paths of folders on the submitter's machine are those of the job's folder, where they stand as a whole:
 * `/home/u/proj` in `/home/u/proj/in.csv`, not in `/home/u/project` or `/mnt/home/u/proj`. Of two that begin in one place, the
 * longer one counts. Paths are found as they are, and with backslashes before what a shell would take for its own.
 *
 * @param text of any bytes
 * @param jobFolder absolute path
 */
export function withJobPaths(text: Buffer, origins: readonly Origin[], jobFolder: string): Buffer {
  if (origins.length === 0) return text;
  const bytes = text.toString("latin1");
  const found = formsOf(origins, jobFolder).flatMap((form) => findAll(bytes, form));
  found.sort((a, b) => a.at - b.at || b.form.path.length - a.form.path.length);
  let changed = "";
  let end = 0;
  for (const { at, form } of found) {
    if (at < end) continue;
    changed += bytes.slice(end, at) + form.becomes;
    end = at + form.path.length;
  }
  return end === 0 ? text : Buffer.from(changed + bytes.slice(end), "latin1");
}

/** The same for text of whole characters. */
export function withJobPathsInText(
  text: string,
  origins: readonly Origin[],
  jobFolder: string,
): string {
  return withJobPaths(Buffer.from(text), origins, jobFolder).toString();
}

function formsOf(origins: readonly Origin[], jobFolder: string): Form[] {
  return origins.flatMap(({ path, at }) => {
    const plain = {
      path: inBytes(path),
      becomes: inBytes(at === "" ? jobFolder : `${jobFolder}/${at}`),
    };
    const escaped = { path: escape(plain.path), becomes: escape(plain.becomes) };
    return escaped.path === plain.path ? [plain] : [plain, escaped];
  });
}

function inBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

function escape(path: string): string {
  return path.replaceAll(PLAIN, "\\$&");
}

/**
 * Every place where a path stands as a whole. Its time grows with text and path, whatever is in them: both come from
 * outside. Source: Knuth, Morris, Pratt, "Fast pattern matching in strings".
 */
function findAll(text: string, form: Form): Found[] {
  const { path } = form;
  if (!text.includes(path.slice(0, 64))) return [];
  const back = borders(path);
  const found: Found[] = [];
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    while (matched > 0 && text.charCodeAt(at) !== path.charCodeAt(matched))
      matched = back[matched - 1] ?? 0;
    if (text.charCodeAt(at) === path.charCodeAt(matched)) matched += 1;
    if (matched < path.length) continue;
    const begin = at + 1 - path.length;
    if (isWhole(text, begin, at + 1)) found.push({ at: begin, form });
    matched = back[matched - 1] ?? 0;
  }
  return found;
}

/** For each beginning of a text: the length of its longest beginning that is its end, too. */
function borders(text: string): Uint16Array {
  const lengths = new Uint16Array(text.length);
  let length = 0;
  for (let at = 1; at < text.length; at++) {
    while (length > 0 && text.charCodeAt(at) !== text.charCodeAt(length))
      length = lengths[length - 1] ?? 0;
    if (text.charCodeAt(at) === text.charCodeAt(length)) length += 1;
    lengths[at] = length;
  }
  return lengths;
}

function isWhole(text: string, begin: number, end: number): boolean {
  if (begin > 0 && NO_BEGIN.test(text.charAt(begin - 1))) return false;
  return !GOES_ON.test(text.slice(end, end + 2));
}
