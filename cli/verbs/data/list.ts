import * as z from "zod";
import type { Context } from "../../context.ts";
import { isDenied } from "../../errors/aws-error.ts";
import { CommandError } from "../../errors/command-error.ts";
import { bucketNow } from "../../jobs/bucket-clock.ts";
import { checkPattern } from "../../jobs/check-prefix.ts";
import { type FoundDataset, findDatasets } from "../../jobs/data/find-datasets.ts";
import { namePattern } from "../../jobs/job-name.ts";
import { formatBytes } from "../../output/format.ts";
import { formatDuration } from "../../ui/duration.ts";
import { tableLines } from "../../ui/table.ts";
import type { VerbWork } from "../../verb-work.ts";
import type { dataListVerb } from "./description.ts";

const count = z.int().nonnegative();

/** Output of `data list --json` for each data set. */
export const dataListOutput = z.object({
  name: z.string(),
  files: count.nullable().describe("null: it is not whole, as while it is put for the first time"),
  bytes: count.nullable(),
  putAt: z.iso.datetime().nullable().describe("when it was put; null: not known"),
});

/** `data list [PATTERN]`: the data sets of the bucket. */
export async function dataList(context: Context, pattern: string | undefined): Promise<void> {
  const { store, say, json, columns } = context;
  if (pattern !== undefined) checkPattern(pattern);
  const found = await findDatasets(store, namePattern(pattern)).catch((error: unknown) => {
    if (!isDenied(error) || pattern !== undefined) throw error;
    throw new CommandError("aws", (told) => told("data.listDenied"), { cause: error });
  });
  const now = bucketNow(context);
  if (json) for (const one of found) context.out(JSON.stringify(asJson(one)));
  else if (found.length === 0) context.err(say("data.noneFound"));
  else {
    const rows = found.map((one) => row(context, one, now));
    for (const line of tableLines(["NAME", "FILES", "SIZE", "AGE"], rows, { columns }))
      context.out(line);
  }
}

function asJson({ name, size, lastModified }: FoundDataset): z.infer<typeof dataListOutput> {
  return {
    name,
    files: size?.files ?? null,
    bytes: size?.bytes ?? null,
    putAt: lastModified?.toISOString() ?? null,
  };
}

function row({ say }: Context, { name, size, lastModified }: FoundDataset, now: Date) {
  return [
    { text: name },
    { text: size ? `${size.files}` : say("data.notWhole") },
    { text: size ? formatBytes(size.bytes) : "" },
    { text: lastModified ? formatDuration(now.getTime() - lastModified.getTime()) : "" },
  ];
}

export const work: VerbWork<typeof dataListVerb> = {
  output: dataListOutput,
  run: async ({ jobs }, { pattern }) => dataList(await jobs(), pattern),
};
