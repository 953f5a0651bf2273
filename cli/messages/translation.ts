import type { GlobalFlags } from "../global-flags.ts";
import type { HelpOf } from "../registry.ts";
import type { Group } from "../verb.ts";
import type { Messages } from "./say.ts";

/** The command line in another language than English. The compiler finds a text that is missing. */
export interface Translation {
  messages: Messages;
  globalFlags: Readonly<Record<keyof GlobalFlags, string>>;
  verbs: HelpOf<Group>;
}
