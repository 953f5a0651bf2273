import { ON_END_FLAG } from "../../jobs/on-end-flag.ts";
import type { VerbDescription } from "../../verb.ts";
import { submitVerb } from "../submit/description.ts";

export const runVerb = {
  name: "run",
  group: "jobs",
  summary: "submit a folder or a script, wait for its job and fetch the results",
  details:
    "The results are fetched into the folder itself, and those of a script into a folder beside it that is named after it. Where a file was changed here meanwhile, it is kept, and the fetched one is put beside it, as NAME.fetched.",
  arguments: {
    path: { help: "a folder with job-aws-run.sh in it, or a job script" },
    sbatchOptions: submitVerb.arguments.sbatchOptions,
  },
  flags: {
    ...submitVerb.flags,
    to: { value: "dir", help: "fetch into this folder instead" },
    overwrite: { help: "replace files here that were changed since they were sent or fetched" },
    timeout: {
      value: "seconds",
      as: "seconds",
      help: "stop waiting after this time; the job continues",
    },
    onEnd: ON_END_FLAG,
  },
  examples: [
    "run ./work",
    "run ./work --to ./results --timeout 3600",
    "run ./work -- --nodes=2 --time=1:00:00",
    "run ./wave.sh",
  ],
  output: "object",
} as const satisfies VerbDescription;
