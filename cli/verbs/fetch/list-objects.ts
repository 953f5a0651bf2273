import * as z from "zod";
import type { ObjectEntry } from "../../../bucket/object-store.ts";
import type { Context } from "../../context.ts";
import { formatBytes } from "../../output/format.ts";
import { tableLines } from "../../ui/table.ts";

/** An object, as `fetch --list --json` prints an array of them. */
export const listedObject = z.object({
  path: z.string().describe("of several jobs: JOB:PATH"),
  size: z.int().nonnegative().describe("bytes"),
  time: z.iso.datetime().nullable().describe("when it was written; null: the server does not say"),
});

/**
 * Prints the objects of a job that are wanted: a listing, and no other request.
 *
 * @param withJob each path with its job before it, as `fetch JOB:PATH` takes it
 */
export async function listObjects(
  context: Context,
  prefix: string,
  wants: (path: string, entry: ObjectEntry) => boolean,
  withJob = false,
): Promise<void> {
  const { say, columns, json } = context;
  const found: z.infer<typeof listedObject>[] = [];
  for await (const entry of context.store.list(`${prefix}/`)) {
    const path = entry.key.slice(prefix.length + 1);
    if (path !== "" && wants(path, entry))
      found.push({
        path: withJob ? `${prefix}:${path}` : path,
        size: entry.size,
        time: entry.lastModified?.toISOString() ?? null,
      });
  }
  if (json) return context.out(JSON.stringify(found));
  if (found.length === 0) return context.err(say("fetch.nothing"));
  const rows = found.map(({ path, size, time }) => [
    { text: path },
    { text: columns === undefined ? `${size}` : formatBytes(size) },
    { text: time ?? "" },
  ]);
  const head = [say("fetch.head.path"), say("fetch.head.size"), say("fetch.head.time")];
  for (const line of tableLines(head, rows, { columns })) context.out(line);
}
