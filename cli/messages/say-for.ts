import { type Language, type Say, sayEnglish, sayIn } from "./say.ts";

/** Messages in a language; the texts of the others are not even read. */
export async function sayFor(language: Language): Promise<Say> {
  return language === "en" ? sayEnglish : sayIn((await import("./ja.ts")).ja.messages);
}
