import {
  BOARD_MAX_BYTES,
  type Board,
  boardKey,
  formatBoard,
  parseBoard,
} from "../../protocol/board.ts";
import type { ObjectStore, ObjectWriter } from "../object-store.ts";
import { readObject } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** A board as it was read. */
export interface BoardObject {
  board: Board;
  etag: string;
}

/**
 * Reads a board: one request. Undefined when there is none, or none that can be read.
 *
 * @param known ETag of what was read before
 * @returns "unchanged" when it is still that
 */
export async function readBoard(
  store: Pick<ObjectStore, "get" | "list">,
  board: string,
  known?: string,
): Promise<BoardObject | "unchanged" | undefined> {
  const changed = {
    get: (key: string) => store.get(key, { ifNoneMatch: known }),
    list: store.list.bind(store),
  };
  try {
    const got = await readObject(changed, boardKey(board), BOARD_MAX_BYTES);
    const text = got?.bytes?.toString("utf8");
    const parsed = text === undefined ? undefined : parseBoard(text);
    return got && parsed && { board: parsed, etag: got.etag };
  } catch (error) {
    if (error instanceof Error && error.name === "NotModified") return "unchanged";
    throw error;
  }
}

/** Writes a board. */
export async function writeBoard(
  store: ObjectWriter,
  board: string,
  content: Omit<Board, "version">,
): Promise<void> {
  await store.put(boardKey(board), formatBoard(content), JSON_TEXT);
}
