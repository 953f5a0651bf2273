import * as z from "zod";
import { runFetcher } from "../../slurm/fetcher/fetcher-verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { slurmFetcherVerb } from "./description.ts";

export const work: VerbWork<typeof slurmFetcherVerb> = {
  output: z.object({}).describe("it prints nothing"),
  run: async (context) => runFetcher(context),
};
