import { createHash, type Hash } from "node:crypto";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { AS_OWN } from "../../bucket/disk/as-own.ts";
import { makeFolder } from "../../bucket/disk/make-folder.ts";
import { replaceFile } from "../../bucket/disk/replace-file.ts";

const NEWLINE = 10;
/** The first line is shorter. */
const LINE_MAX = 256;
/** Of a SHA-256 in hexadecimal. */
const SUM_LENGTH = 64;
/** Bytes that are read at a time. */
const PIECE_BYTES = 1 << 18;

/**
 * Reads what writeChecked wrote under the same title; undefined when there is nothing, or what is there is torn,
 * foreign or of another version.
 */
export async function readChecked(path: string, title: string): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  const isSound = await readCheckedPieces(
    path,
    title,
    (piece) => void pieces.push(Buffer.from(piece)),
  );
  return isSound ? Buffer.concat(pieces).toString() : undefined;
}

/**
 * The same in pieces of any length.
 *
 * @param onPiece must not be believed before this returns; it is lent the bytes
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
    const file = await open(path, AS_OWN);
    try {
      const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, null);
        if (bytesRead === 0) break;
        let piece = buffer.subarray(0, bytesRead);
        if (said === undefined) {
          beginning = Buffer.concat([beginning, piece]);
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
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
  return said === sum.digest("hex");
}

/**
 * Keeps a text, or bytes in pieces, for later runs, for its owner alone. A failure to write it is not an error: its readers
 * can do without. The sum is of the bytes as they are written: pieces are asked for once, each when the one before is written.
 *
 * @returns whether it was written
 */
export async function writeChecked(
  path: string,
  title: string,
  content: string | Iterable<Uint8Array>,
): Promise<boolean> {
  const pieces = typeof content === "string" ? [Buffer.from(content)] : content;
  const sum = createHash("sha256");
  try {
    await makeFolder(dirname(path), 0o700);
    const first = {
      length: Buffer.byteLength(`${title} \n`) + SUM_LENGTH,
      make: () => Buffer.from(`${title} ${sum.digest("hex")}\n`),
    };
    await replaceFile(path, summed(pieces, sum), { first });
    return true;
  } catch {
    return false;
  }
}

function* summed(pieces: Iterable<Uint8Array>, sum: Hash): Generator<Uint8Array> {
  for (const piece of pieces) {
    sum.update(piece);
    yield piece;
  }
}
