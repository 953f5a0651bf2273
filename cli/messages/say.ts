import { en } from "./en.ts";

/** Languages that there is a catalogue for. */
export const LANGUAGES = ["en", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Names of the messages; the English catalogue is the one that the others are held against. */
export type MessageKey = keyof typeof en;

/** Every message in one language. */
export type Messages = Readonly<Record<MessageKey, string>>;

/** The names between braces: `{files}`, or `{files#file#files}` for a word that follows the number. */
type Placeholders<Text extends string> = Text extends `${string}{${infer Inner}}${infer Rest}`
  ? (Inner extends `${infer Name}#${string}` ? Name : Inner) | Placeholders<Rest>
  : never;

type Values<Key extends MessageKey> = Readonly<
  Record<Placeholders<(typeof en)[Key]>, string | number>
>;

/** Names of the messages without values. */
export type PlainKey = {
  [Key in MessageKey]: [Placeholders<(typeof en)[Key]>] extends [never] ? Key : never;
}[MessageKey];

/** Makes a message: the compiler asks for exactly the values that it has places for. */
export type Say = <Key extends MessageKey>(
  key: Key,
  ...values: [Placeholders<(typeof en)[Key]>] extends [never] ? [] : [Values<Key>]
) => string;

/** Words that can be said in any language. */
export type Words = (say: Say) => string;

/** Say in the language of `messages`. */
export function sayIn(messages: Messages): Say {
  return (key, ...[values]) => fill(messages[key], values ?? {});
}

/** English, for what has no user in front of it: documents and tests. */
export const sayEnglish: Say = sayIn(en);

const PLACE = /\{(\w+)(?:#([^#}]*)#([^}]*))?\}/g;

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(PLACE, (_place, name: string, one?: string, many?: string) => {
    const value = values[name] ?? "";
    if (many === undefined) return String(value);
    return (Number(value) === 1 ? one : many) ?? "";
  });
}
