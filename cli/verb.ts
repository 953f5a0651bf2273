import type * as z from "zod";
import type { ConfigFlags } from "./config.ts";
import type { Context } from "./context.ts";
import type { HelpText } from "./messages/help-text.ts";
import type { AdminContext } from "./stack/admin-context.ts";
import type { Ui } from "./ui/ui.ts";
import type { AuditContext } from "./verbs/audit/audit.ts";

/** Headings that verbs stand under. */
export const GROUPS = ["jobs", "looking", "setup", "administration"] as const;
export type Group = (typeof GROUPS)[number];

export interface Argument {
  name: string;
  required: boolean;
  variadic?: boolean;
  choices?: readonly string[];
}

export interface Option {
  /** As commander takes them: `--to <dir>`. */
  flags: string;
  /** What the text must be; it becomes the option's value. */
  parse?: "seconds" | "whole";
  choices?: readonly string[];
}

/** What a verb may need of its surroundings; nothing is loaded, or asked for, before it is used. */
export interface Surroundings {
  ui: Ui;
  global: ConfigFlags;
  /** Every verb there is. */
  verbs: readonly VerbDescription[];
  help: HelpText;
  /** Version of this program. */
  version: string;
  /** For verbs that work on jobs. @throws CloudSubmitError `config` when no bucket is known */
  jobs: () => Promise<Context>;
  /** For verbs that work on a deployed stack. */
  admin: () => Promise<AdminContext & AuditContext>;
}

/** What the user wrote after the verb. */
export interface Call {
  args: readonly string[];
  flags: Readonly<Record<string, unknown>>;
}

/**
 * All there is to know of a verb: parsing, help, documents and completion are made from it. It is kept apart
 * from the code that does the work, which is loaded only when the verb is called. The words for people are in
 * messages/help-*.ts, by the names used here.
 */
export interface VerbDescription {
  /** `run`, or `headnode install` for one below another. */
  name: string;
  group: Group;
  arguments: readonly Argument[];
  options: readonly Option[];
  /** Commands that can be run as they are, the words after `cloud-submit`. */
  examples: readonly string[];
  /** What --json prints: one object, or one on each line. */
  output: { form: "object" | "lines"; schema: () => Promise<z.ZodType> };
  /** @returns the exit code, if it is not 0 */
  run: (around: Surroundings, call: Call) => Promise<number | undefined>;
}

/** The name of an option without dashes: `to` of `--to <dir>`. */
export function optionName({ flags }: Pick<Option, "flags">): string {
  return /--([a-z-]+)/.exec(flags)?.[1] ?? flags;
}

/** Options of every verb. */
export const GLOBAL_OPTIONS: readonly Option[] = [
  { flags: "--bucket <name>" },
  { flags: "--region <name>" },
  { flags: "--profile <name>" },
  { flags: "--json" },
  { flags: "-q, --quiet" },
  { flags: "--lang <language>", choices: ["en", "ja"] },
];
