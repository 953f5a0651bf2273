import { fill, type ValuesArgument } from "../../protocol/fill.ts";
import { en } from "./en.ts";

/** Languages that there is a catalogue for. */
export const LANGUAGES = ["en", "ja"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Names of the messages; the English catalogue is the one that the others are held against. */
export type MessageKey = keyof typeof en;

/** Every message in one language. */
export type Messages = Readonly<Record<MessageKey, string>>;

/** Names of the messages without values. */
export type PlainKey = {
  [Key in MessageKey]: ValuesArgument<(typeof en)[Key], string> extends [] ? Key : never;
}[MessageKey];

/** Makes a message: the compiler asks for exactly the values that it has places for. */
export type Say = <Key extends MessageKey>(
  key: Key,
  ...values: ValuesArgument<(typeof en)[Key], string | number>
) => string;

/** Words that can be said in any language. */
export type Words = (say: Say) => string;

/** Say in the language of `messages`. */
export function sayIn(messages: Messages): Say {
  return (key, ...[values]) => fill(messages[key], values ?? {});
}

/** English, for what has no user in front of it: documents and tests. */
export const sayEnglish: Say = sayIn(en);
