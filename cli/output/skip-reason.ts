import { reasonsEn } from "../messages/reasons-en.ts";
import type { Say } from "../messages/say.ts";

const KEYS = new Map(
  Object.entries(reasonsEn).map(([key, text]) => [text, key as keyof typeof reasonsEn] as const),
);

/** Why a file was left out, in the user's language as far as the reason is one of the known ones. */
export function reasonIn(say: Say, reason: string): string {
  const key = KEYS.get(reason as (typeof reasonsEn)[keyof typeof reasonsEn]);
  return key === undefined ? reason : say(key);
}
