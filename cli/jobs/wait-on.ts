import type { GlobalFlags } from "../global-flags.ts";
import { commandLine } from "../output/command-line.ts";
import type { WayOn } from "../ui/way-on.ts";
import type { FlagsOf } from "../verb.ts";
import { cancelVerb } from "../verbs/cancel/description.ts";
import { waitVerb } from "../verbs/wait/description.ts";

/** How to go on with the waiting for jobs. */
export function waitOn(
  given: GlobalFlags,
  prefix: readonly string[],
  { any, onEnd }: Pick<FlagsOf<typeof waitVerb>, "any" | "onEnd"> = {},
): WayOn {
  const cancel = commandLine(given, cancelVerb, { prefix });
  return {
    command: commandLine(given, waitVerb, { prefix }, { any, onEnd }),
    line: (say, command) => say("interrupt.wait", { command, cancel }),
  };
}
