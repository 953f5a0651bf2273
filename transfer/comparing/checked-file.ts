import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";

const NEWLINE = 10;
/** The first line is shorter. */
const LINE_MAX = 256;
/** Bytes that are read at a time. */
const PIECE_BYTES = 1 << 20;

/**
 * Reads what writeChecked wrote under the same title; undefined when there is nothing, or what is there is torn,
 * foreign or of another version.
 */
export async function readChecked(path: string, title: string): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  const isSound = await readCheckedPieces(path, title, (piece) => void pieces.push(piece));
  return isSound ? Buffer.concat(pieces).toString() : undefined;
}

/**
 * The same in pieces of any length.
 *
 * @param onPiece must not be believed before this returns
 * @returns whether it is what was written
 */
export async function readCheckedPieces(
  path: string,
  title: string,
  onPiece: (piece: Buffer) => void,
): Promise<boolean> {
  const sum = createHash("sha256");
  let said: string | undefined;
  let beginning = Buffer.alloc(0);
  try {
    const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: PIECE_BYTES });
    for await (const read of stream) {
      let piece = read;
      if (said === undefined) {
        beginning = Buffer.concat([beginning, read]);
        const end = beginning.indexOf(NEWLINE);
        const line = beginning.toString("utf8", 0, Math.max(end, 0));
        if (end < 0 && beginning.length <= LINE_MAX) continue;
        if (!line.startsWith(`${title} `)) return false;
        said = line.slice(title.length + 1);
        piece = beginning.subarray(end + 1);
      }
      sum.update(piece);
      onPiece(piece);
    }
  } catch {
    return false;
  }
  return said === sum.digest("hex");
}

/**
 * Keeps a text, or bytes in pieces, for later runs, for its owner alone. A failure to write it is not an error: its readers
 * can do without.
 *
 * @returns whether it was written
 */
export async function writeChecked(
  path: string,
  title: string,
  content: string | (() => Iterable<Uint8Array>),
): Promise<boolean> {
  const pieces = typeof content === "string" ? () => [Buffer.from(content)] : content;
  try {
    await makeFolder(dirname(path), 0o700);
    const sum = createHash("sha256");
    for (const piece of pieces()) sum.update(piece);
    const line = Buffer.from(`${title} ${sum.digest("hex")}\n`);
    await replaceFile(path, [line, ...pieces()]);
    return true;
  } catch {
    return false;
  }
}
