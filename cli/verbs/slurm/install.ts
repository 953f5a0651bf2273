import * as z from "zod";
import { shellWords } from "../../output/shell-words.ts";
import { programFile } from "../../own-program.ts";
import { makeLinks } from "../../slurm/links.ts";
import { SLURM_NAMES } from "../../slurm/names.ts";
import { printResult } from "../../ui/ui.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { slurmInstallVerb } from "./description.ts";

/** Output of `slurm install --json`. */
const output = z.object({
  folder: z.string().describe("absolute path of the folder with the links"),
  names: z.array(z.string()),
});

export const work: VerbWork<typeof slurmInstallVerb> = {
  output,
  run: async ({ ui }, { folder }) => {
    const at = await makeLinks(folder, programFile());
    const names = [...SLURM_NAMES];
    printResult(ui, { folder: at, names }, () => [
      ui.say("slurm.linked", { folder: at, names: names.join(", ") }),
      ui.say("slurm.path", { folder: shellWords([at]) }),
    ]);
  },
};
