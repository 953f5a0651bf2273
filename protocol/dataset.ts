import * as z from "zod";
import {
  INPUTS_MAX,
  type Input,
  inputSchema,
  MANIFEST_MAX_BYTES,
  readKeySchema,
} from "./manifest.ts";
import { PROTOCOL_FILES } from "./objects.ts";
import { parseJson } from "./parse-json.ts";

/** A longer object is no data set: it names as many objects as a manifest at most. */
export const DATASET_MAX_BYTES = MANIFEST_MAX_BYTES;

const count = z.int().nonnegative();

const dataInputSchema = inputSchema.omit({ source: true }).extend({
  path: z.string().refine(isSoundPath).describe("relative to the data set's prefix"),
  readKey: readKeySchema.optional().describe("where it is not the data set's: of an earlier put"),
});

const datasetSchema = z.strictObject({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  files: count,
  bytes: count,
  readKey: readKeySchema.describe("the objects' metadata of this name"),
  inputs: z.array(z.unknown()).max(INPUTS_MAX).pipe(z.array(dataInputSchema)),
});

const incompleteSchema = z.strictObject({
  version: z.literal(1),
  incomplete: z.enum(["put", "removed"]).describe("which of them is under way"),
  id: z.string().min(1).max(64).describe("a new one each time: its ETag is new, too"),
});

/** A data set that is not whole: it is being put for the first time, or removed. Nobody can name it. */
export type Incomplete = z.infer<typeof incompleteSchema>["incomplete"];

/** An object of a data set, with its proof of the right to read. */
export type DataInput = Omit<Input, "source"> & { readKey: string };

/** Content of a data set. */
export interface Dataset {
  createdAt: string;
  /** Regular files and links; no empty folders. */
  files: number;
  bytes: number;
  /** By path. */
  inputs: ReadonlyMap<string, DataInput>;
}

/** A file below a prefix, and none of the protocol's; with / at its end: an empty folder. */
function isSoundPath(path: string): boolean {
  if (path.includes("\0") || PROTOCOL_FILES.has(path)) return false;
  const segments = path.replace(/\/$/, "").split("/");
  return segments.every((one) => one !== "" && one !== "." && one !== "..");
}

/** Files and bytes of inputs. */
export function sizeOf(inputs: Iterable<Pick<Input, "path" | "size">>): {
  files: number;
  bytes: number;
} {
  let [files, bytes] = [0, 0];
  for (const { path, size } of inputs) {
    if (!path.endsWith("/")) files += 1;
    bytes += size;
  }
  return { files, bytes };
}

/**
 * The data set in a text. It is as strict as a manifest.
 *
 * @returns undefined: it is no data set, names a path twice, or counts wrongly
 */
export function parseDataset(text: string): Dataset | Incomplete | undefined {
  const incomplete = parseJson(incompleteSchema, text);
  if (incomplete) return incomplete.incomplete;
  const parsed = parseJson(datasetSchema, text);
  if (!parsed) return undefined;
  const { createdAt, files, bytes, readKey } = parsed;
  const inputs = new Map(
    parsed.inputs.map(({ readKey: own = readKey, ...one }) => [one.path, { ...one, readKey: own }]),
  );
  const counted = sizeOf(inputs.values());
  if (counted.files !== files || counted.bytes !== bytes) return undefined;
  return inputs.size === parsed.inputs.length ? { createdAt, files, bytes, inputs } : undefined;
}

/**
 * The text of a data set, sorted by path.
 *
 * @param readKey that of most objects: it is written once
 * @returns undefined when it would be longer than one may be
 */
export function formatDataset(
  createdAt: Date,
  readKey: string,
  inputs: readonly DataInput[],
): string | undefined {
  if (inputs.length > INPUTS_MAX) return undefined;
  const head = { version: 1, createdAt: createdAt.toISOString(), ...sizeOf(inputs), readKey };
  const lines = inputs
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ readKey: own, ...input }) =>
      JSON.stringify({ ...input, ...(own !== readKey && { readKey: own }) }),
    );
  const text = `${JSON.stringify(head).slice(0, -1)},"inputs":[\n${lines.join(",\n")}\n]}\n`;
  return Buffer.byteLength(text) > DATASET_MAX_BYTES ? undefined : text;
}

/** The text that holds the place of a data set that is not whole. @param id a new one each time */
export function formatIncomplete(incomplete: Incomplete, id: string): string {
  return `${JSON.stringify({ version: 1, incomplete, id })}\n`;
}

/** Metadata keys of a dataset object, so that a list of data sets reads no whole one. */
const FILES_METADATA = "files";
const BYTES_METADATA = "bytes";

/** The metadata of a dataset object. */
export function datasetMetadata(inputs: readonly DataInput[]): Record<string, string> {
  const { files, bytes } = sizeOf(inputs);
  return { [FILES_METADATA]: `${files}`, [BYTES_METADATA]: `${bytes}` };
}

/** Files and bytes by the metadata of a dataset object; undefined: it has none, as an incomplete one. */
export function sizeByMetadata(
  metadata: Readonly<Record<string, string>>,
): { files: number; bytes: number } | undefined {
  const files = whole(metadata[FILES_METADATA]);
  const bytes = whole(metadata[BYTES_METADATA]);
  return files === undefined || bytes === undefined ? undefined : { files, bytes };
}

function whole(text: string | undefined): number | undefined {
  const number = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return Number.isSafeInteger(number) ? number : undefined;
}
