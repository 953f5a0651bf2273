import type { Checksum } from "../../bucket/checksum.ts";
import { readChecked, readCheckedPieces, writeChecked } from "./checked-file.ts";
import { CopyRecords } from "./copy-records.ts";

const TITLE = "cloud-submit-folder 2";
/** The same as JSON, as versions up to 0.1.0 wrote it. */
const JSON_TITLE = "cloud-submit-folder 1";

const NEWLINE = 10;

/** All that is remembered of a user's folder. */
export interface Kept {
  /** The folder was made, or was empty, when something was first fetched into it. */
  made: boolean;
  /** Bucket and prefix of the last job that was sent from it; empty: none is known. */
  sentJob: string;
  copies: CopyRecords;
}

/** On a line before the records. */
interface Head extends Pick<Kept, "made"> {
  /** Absent in what former versions wrote: theirs is `job`, which may as well be one that was fetched, and tells nothing. */
  sentJob?: string;
  texts: string[];
}

/** Reads what writeFolderFile wrote; undefined when there is nothing that can be read. */
export async function readFolderFile(path: string): Promise<Kept | undefined> {
  let head: Head | undefined;
  let copies = new CopyRecords();
  let beginning: Buffer = Buffer.alloc(0);
  let take: ((bytes: Uint8Array) => void) | undefined;
  const isSound = await readCheckedPieces(path, TITLE, (piece) => {
    if (take) return take(piece);
    beginning = Buffer.concat([beginning, piece]);
    const end = beginning.indexOf(NEWLINE);
    if (end < 0) return;
    head = JSON.parse(beginning.toString("utf8", 0, end)) as Head;
    copies = new CopyRecords(head.texts);
    take = copies.taker();
    take(beginning.subarray(end + 1));
  });
  if (!isSound || !head) return readJson(path);
  copies.settle();
  const { made, sentJob = "" } = head;
  return { made, sentJob, copies };
}

/** Keeps it; @returns whether that was possible */
export async function writeFolderFile(
  path: string,
  { made, sentJob, copies }: Kept,
): Promise<boolean> {
  const head: Head = { made, sentJob, texts: [...copies.texts] };
  const line = Buffer.from(`${JSON.stringify(head)}\n`);
  return writeChecked(path, TITLE, bytesOf(line, copies));
}

function* bytesOf(line: Buffer, copies: CopyRecords): Generator<Uint8Array> {
  yield line;
  yield* copies.pieces();
}

async function readJson(path: string): Promise<Kept | undefined> {
  const text = await readChecked(path, JSON_TITLE);
  if (text === undefined) return undefined;
  const { made, files } = JSON.parse(text) as Pick<Kept, "made"> & {
    files: [
      path: string,
      etag: string,
      mark: string,
      checksum?: Checksum | null,
      isSettled?: boolean,
    ][];
  };
  const copies = new CopyRecords();
  for (const [at, etag, text, checksum, isSettled = false] of files) {
    const mark = text === "" ? undefined : { text, isSettled };
    copies.note(at, { etag, checksum: checksum ?? undefined }, mark);
  }
  copies.settle();
  return { made, sentJob: "", copies };
}
