import { join } from "node:path";
import * as z from "zod";
import { localEnvironment } from "../../config.ts";
import { CommandError } from "../../errors/command-error.ts";
import { ownFolders } from "../../jobs/own-folders.ts";
import { shellWords } from "../../output/shell-words.ts";
import { programFile } from "../../own-program.ts";
import { makeLinks } from "../../slurm/links.ts";
import { printResult } from "../../ui/ui.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { slurmEnvVerb } from "./description.ts";

/** Output of `slurm env --json`. */
const output = z.object({
  folder: z.string().describe("absolute path of the folder with the links"),
});

export const work: VerbWork<typeof slurmEnvVerb> = {
  output,
  run: async ({ ui }) => {
    const { slurm } = ownFolders(localEnvironment().env);
    if (slurm === undefined) throw new CommandError("config", (say) => say("slurm.noFolder"));
    // No bucket has such a name.
    const folder = await makeLinks(join(slurm, "_bin"), programFile());
    printResult(ui, { folder }, () => [`export PATH=${shellWords([folder])}:"$PATH"`]);
  },
};
