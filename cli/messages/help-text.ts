import type { Group } from "../verb.ts";
import { helpEn } from "./help-en.ts";
import type { Language } from "./say.ts";

/** The words of help and documents for one verb, by the names of its description. */
export interface VerbText {
  /** One line, for lists of verbs. */
  summary: string;
  /** More, for its own help. */
  details?: string;
  arguments?: Readonly<Record<string, string>>;
  options?: Readonly<Record<string, string>>;
}

/** The words of help and documents in one language. */
export interface HelpText {
  tagline: string;
  groups: Readonly<Record<Group, string>>;
  titles: Readonly<{
    usage: string;
    arguments: string;
    options: string;
    globalOptions: string;
    commands: string;
    examples: string;
    exitCodes: string;
    more: string;
  }>;
  /** Options of every verb, by name. */
  globals: Readonly<Record<string, string>>;
  help: string;
  version: string;
  helpVerb: string;
  /** Name of the group of verbs that has no description of its own. */
  headnode: string;
  verbs: Readonly<Record<string, VerbText>>;
  exitCodes: readonly (readonly [number, string])[];
}

/** The words of help in one language. */
export async function loadHelp(language: Language): Promise<HelpText> {
  return language === "ja" ? (await import("./help-ja.ts")).helpJa : helpEn;
}
