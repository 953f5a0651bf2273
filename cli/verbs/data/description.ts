import type { VerbDescription } from "../../verb.ts";

export const dataPutVerb = {
  name: "data put",
  group: "jobs",
  summary: "upload a folder as a data set, which jobs name with --input",
  details:
    "What is in the bucket already and unchanged is not sent again. The set is there for jobs when all of it is in the bucket.",
  arguments: {
    folder: { help: "a folder" },
    name: { as: "prefix", help: "name of the data set in the bucket; no job can have it" },
  },
  flags: { delete: { help: "remove objects whose files are gone from the folder" } },
  examples: ["data put ./genome genome"],
  output: "object",
} as const satisfies VerbDescription;

export const dataListVerb = {
  name: "data list",
  group: "jobs",
  summary: "list the data sets",
  arguments: {
    pattern: {
      optional: true,
      help: "names, with * and ? as in a shell; without them, the beginning of names",
    },
  },
  flags: {},
  examples: ["data list", "data list 'genome-*'"],
  output: "lines",
} as const satisfies VerbDescription;

export const dataRmVerb = {
  name: "data rm",
  group: "jobs",
  summary: "remove data sets",
  details: "One that a job names which has not ended is not removed.",
  arguments: { name: { many: true, as: "prefix", help: "names of data sets" } },
  flags: { yes: { short: "y", help: "do not ask" } },
  examples: ["data rm genome", "data rm genome reads --yes"],
  output: "lines",
} as const satisfies VerbDescription;
