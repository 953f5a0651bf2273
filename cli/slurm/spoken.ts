import { type Say, sayEnglish } from "../messages/say.ts";

let spoken: Say = sayEnglish;

/** From now on, the front end speaks in this language: the catalogues are loaded by main.ts alone. */
export function speakIn(say: Say): void {
  spoken = say;
}

/** The language that the front end speaks. */
export function spokenSay(): Say {
  return spoken;
}
