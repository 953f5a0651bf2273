import type { PlainKey } from "./messages/say.ts";

/** Headings that verbs stand under. */
export const GROUPS = ["jobs", "looking", "setup", "administration"] as const;
export type Group = (typeof GROUPS)[number];

/** Positional argument of a verb. */
export interface Argument {
  /** Description in English; other languages are in messages/. */
  help: string;
  optional?: true;
  /** It takes all the words that are left. */
  many?: true;
  /** It stands after `--`. */
  afterDashes?: true;
  choices?: readonly string[];
  /** It names a job: what cannot be a prefix is refused before anything is asked of the bucket. */
  as?: "prefix";
}

/** A flag; without a `value` it is on when it is given. Its name on the command line is its key with dashes. */
export interface Flag {
  /** Purpose in English; `{default}` stands for the default. Other languages are in messages/. */
  help: string;
  /** Name of its value in help: `dir` of `--to <dir>`. */
  value?: string;
  /** The letter that stands for it: `f` of `-f`. */
  short?: string;
  /** Its value is a number, and not text. */
  as?: "seconds" | "whole";
  /** It takes several values. */
  many?: true;
  /** One of its many values stands behind it; it is given once for each. */
  each?: true;
  /** Its value may be left out; then it is true. */
  bare?: true;
  choices?: readonly string[];
  default?: string | number | readonly string[];
  /** The least that a number may be. */
  min?: number;
  /** Pattern that text must match, and the message when it does not. */
  pattern?: readonly [RegExp, PlainKey];
  /** Variables of the environment that give its value, too; then it may also stand in cloud-submit.json. */
  env?: readonly string[];
}

export type Flags = Readonly<Record<string, Flag>>;

/**
 * All there is to know of a verb before it is called: parser, help, documents, completion and the types of the verb's
 * function are made from it. The implementation is apart, and loaded only when the verb is called.
 */
export interface VerbDescription {
  /** `run`, or `headnode install` for one below another. */
  name: string;
  group: Group;
  /** One line, for lists of verbs. */
  summary: string;
  /** More, for its own help. */
  details?: string;
  arguments: Readonly<Record<string, Argument>>;
  flags: Flags;
  /** Commands that can be run as they are, the words after `cloud-submit`. */
  examples: readonly string[];
  /** Shape of --json output: one object, or one on each line. */
  output: "object" | "lines";
}

type OneOf<Some> = Some extends { as: "seconds" | "whole" }
  ? number
  : Some extends { choices: readonly (infer Choice)[] }
    ? Choice
    : string;

type ValueOf<Some> = Some extends { value: string }
  ? Some extends { many: true }
    ? readonly OneOf<Some>[]
    : OneOf<Some> | (Some extends { bare: true } ? true : never)
  : boolean;

type Defaulted<All> = {
  [Key in keyof All]: All[Key] extends { default: unknown } ? Key : never;
}[keyof All];

/** The values of flags, as the verb's function takes them. */
export type ValuesOf<All extends Flags> = {
  readonly [Key in Defaulted<All>]: ValueOf<All[Key]>;
} & { readonly [Key in Exclude<keyof All, Defaulted<All>>]?: ValueOf<All[Key]> | undefined };

/** The values of a verb's flags. */
export type FlagsOf<Verb extends VerbDescription> = ValuesOf<Verb["flags"]>;

/** The values of a verb's arguments. */
export type ArgumentsOf<Verb extends VerbDescription> = {
  readonly [Key in keyof Verb["arguments"]]: Verb["arguments"][Key] extends { many: true }
    ? readonly OneOf<Verb["arguments"][Key]>[]
    :
        | OneOf<Verb["arguments"][Key]>
        | (Verb["arguments"][Key] extends { optional: true } ? undefined : never);
};

type Texts<All> = { readonly [Key in keyof All]: string };

/** A verb's texts in another language: a text for each of its arguments and flags, and for no other. */
export type WordsOf<Verb extends VerbDescription> = {
  readonly summary: string;
} & (Verb extends { details: string } ? { readonly details: string } : unknown) &
  (keyof Verb["arguments"] extends never
    ? unknown
    : { readonly arguments: Texts<Verb["arguments"]> }) &
  (keyof Verb["flags"] extends never ? unknown : { readonly flags: Texts<Verb["flags"]> });

/** A name as it stands on the command line: `compute-type` for computeType. */
export function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A flag as help shows it, and as commander takes it: `-f, --follow`, `--to <dir>`, `--elastic-ip [id]`. */
export function usageOf(name: string, { short, value, many, each, bare }: Flag): string {
  const [open, close] = bare ? ["[", "]"] : ["<", ">"];
  return [
    ...(short === undefined ? [] : [`-${short},`]),
    `--${dashed(name)}`,
    ...(value === undefined ? [] : [`${open}${value}${many && !each ? "..." : ""}${close}`]),
  ].join(" ");
}

/** Help text of a flag. */
export function helpOf({ help, default: value }: Flag): string {
  return help.replace("{default}", String(value));
}
