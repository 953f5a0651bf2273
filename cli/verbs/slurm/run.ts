import * as z from "zod";
import { localEnvironment } from "../../config.ts";
import { callSlurm } from "../../slurm/call-slurm.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { slurmRunVerb } from "./description.ts";

/** `slurm run NAME ...`, where other words of the command line come before it; else main.ts has seen it already. */
export const work: VerbWork<typeof slurmRunVerb> = {
  output: z.string().describe("as the command prints it"),
  run: async (_context, { name, words }) =>
    callSlurm({ name, argv: words }, { env: localEnvironment().env, stderr: process.stderr }),
};
