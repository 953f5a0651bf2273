import * as z from "zod";
import { printResult } from "../../ui/ui.ts";
import type { ArgumentsOf } from "../../verb.ts";
import type { VerbContext, VerbWork } from "../../verb-work.ts";
import { bashScript } from "./bash.ts";
import type { completionVerb } from "./description.ts";
import { fishScript } from "./fish.ts";
import { powershellScript } from "./powershell.ts";
import { completionTree } from "./tree.ts";

type Shell = ArgumentsOf<typeof completionVerb>["shell"];

const MAKE: Readonly<Record<Shell, typeof bashScript>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** Output of `completion --json`. */
export const completionOutput = z.object({
  shell: z.enum(Object.keys(MAKE) as Shell[]),
  script: z.string(),
});

/** `completion SHELL`: a script that makes the shell complete verbs and options; it calls nothing by itself. */
export function completion(
  { ui, verbs, globalFlags }: Pick<VerbContext, "ui" | "verbs" | "globalFlags">,
  shell: Shell,
): void {
  const script = MAKE[shell](completionTree(verbs, globalFlags));
  printResult(ui, { shell, script }, () => script.trimEnd().split("\n"));
}

/** zsh takes bash's functions. Source: zshcompsys(1), bashcompinit. */
function zshScript(tree: Parameters<typeof bashScript>[0]): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(tree)}`;
}

export const work: VerbWork<typeof completionVerb> = {
  output: completionOutput,
  run: async (context, { shell }) => completion(context, shell),
};
