import * as z from "zod";
import { fileReasonSchema } from "../../../protocol/record.ts";
import type { Context } from "../../context.ts";
import { putDataset } from "../../jobs/data/put-dataset.ts";
import { commandLine } from "../../output/command-line.ts";
import { formatBytes } from "../../output/format.ts";
import { reasonWords } from "../../output/reason-words.ts";
import { printResult } from "../../ui/ui.ts";
import type { FlagsOf } from "../../verb.ts";
import type { VerbWork } from "../../verb-work.ts";
import { dataPutVerb } from "./description.ts";

const count = z.int().nonnegative();

/** Output of `data put --json`. */
export const dataPutOutput = z.object({
  name: z.string().describe("of the data set"),
  files: count.describe("in the whole set"),
  bytes: count.describe("of the whole set"),
  sent: z.object({ files: count, bytes: count }).describe("uploaded by this command"),
  unchanged: count.describe("files that were in the bucket already"),
  deleted: count.describe("with --delete: objects that were removed"),
  replaced: count.describe("objects of the set as it was that are others now, or were removed"),
  keepsVersions: z.boolean().describe("the bucket does: jobs still get what was replaced"),
  notes: z.array(fileReasonSchema).describe("what is to be told of files that went up"),
});

/** `data put FOLDER NAME`: makes a data set of a folder. */
export async function dataPut(
  context: Context,
  folder: string,
  name: string,
  flags: FlagsOf<typeof dataPutVerb>,
): Promise<void> {
  const { say, given } = context;
  context.interrupt.at({
    command: commandLine(given, dataPutVerb, { folder, name }, flags),
    line: (told, command) => told("data.interrupt", { command }),
  });
  const put = await putDataset(context, folder, name, flags);
  context.interrupt.at(undefined);
  for (const note of put.notes)
    context.err(`${JSON.stringify(note.path)}: ${reasonWords(say, note)}`);
  const { files, unchanged } = { ...put, ...put.sent };
  const carried = { files, bytes: formatBytes(put.sent.bytes) };
  context.err(
    unchanged > 0
      ? say("submit.uploadedMore", { ...carried, unchanged })
      : say("submit.uploaded", carried),
  );
  const { replaced, keepsVersions } = put;
  if (replaced > 0)
    context.err(say(keepsVersions ? "data.kept" : "data.lost", { files: replaced }));
  printResult(context, dataPutOutput.parse(put), () => [
    say("data.done", { name, files: put.files, bytes: formatBytes(put.bytes) }),
  ]);
}

export const work: VerbWork<typeof dataPutVerb> = {
  output: dataPutOutput,
  run: async ({ jobs }, { folder, name }, flags) => dataPut(await jobs(), folder, name, flags),
};
