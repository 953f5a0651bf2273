import {
  BOARD_MAX_BYTES,
  type Board,
  boardKey,
  formatBoard,
  parseBoard,
} from "../../protocol/board.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** A board as it was written last; undefined when there is none, or none that can be read. */
export async function readBoard(store: ReadStore, board: string): Promise<Board | undefined> {
  const text = await readText(store, boardKey(board), BOARD_MAX_BYTES);
  return text === undefined ? undefined : parseBoard(text);
}

/** Writes a board. */
export async function writeBoard(
  store: ObjectWriter,
  board: string,
  content: Omit<Board, "version">,
): Promise<void> {
  await store.put(boardKey(board), formatBoard(content), JSON_TEXT);
}
