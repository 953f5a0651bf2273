/** The names between braces: `{files}`, `{"path"}`, or `{files#file#files}` for a word that follows the number. */
type Places<Text extends string> = Text extends `${string}{${infer Inner}}${infer Rest}`
  ? NameIn<Inner> | Places<Rest>
  : never;

type NameIn<Inner extends string> = Inner extends `"${infer Name}"`
  ? Name
  : Inner extends `${infer Name}#${string}`
    ? Name
    : Inner;

/** The argument with a value for each place of a text: none when it has no places. */
export type ValuesArgument<Text extends string, Value> = [Places<Text>] extends [never]
  ? []
  : [Readonly<Record<Places<Text>, Value>>];

const PLACE = /\{(")?(\w+)"?(?:#([^#}]*)#([^}]*))?\}/g;

/**
 * Puts values into the places of a text. A place in quotes is for names that others chose: what it gets is
 * quoted, with escapes. A value that is missing, as in another client's record, is shown as `?`.
 */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(PLACE, (_, quote?: string, name = "", one?: string, many?: string) => {
    const value = Object.hasOwn(values, name) ? (values[name] ?? "?") : "?";
    if (many !== undefined) return (Number(value) === 1 ? one : many) ?? "";
    return quote === undefined ? String(value) : JSON.stringify(value);
  });
}
