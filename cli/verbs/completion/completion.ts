import * as z from "zod";
import { CommandError } from "../../errors/command-error.ts";
import { printResult } from "../../ui/ui.ts";
import type { Surroundings } from "../../verb.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { completionTree } from "./tree.ts";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

/** What `completion --json` prints. */
export const completionOutput = z.object({ shell: z.enum(SHELLS), script: z.string() });

/** `completion SHELL`: a script that makes the shell complete verbs and options; it calls nothing by itself. */
export function completion(
  { ui, verbs, help }: Pick<Surroundings, "ui" | "verbs" | "help">,
  shell: Shell,
): void {
  const tree = completionTree(verbs, help);
  const make = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript };
  if (!SHELLS.includes(shell))
    throw new CommandError("usage", (say) =>
      say("problem.oneOf", { what: JSON.stringify(shell), choices: SHELLS.join(", ") }),
    );
  const script = make[shell](tree);
  printResult(ui, { shell, script }, () => [script]);
}

/** zsh takes bash's functions. Source: zshcompsys(1), bashcompinit. */
function zshScript(tree: Parameters<typeof bashScript>[0]): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(tree)}`;
}
