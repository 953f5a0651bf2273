import { CLOSING_FILE, keyOf } from "../../protocol/objects.ts";
import {
  CLOSING_MAX_BYTES,
  type Closing,
  formatClosing,
  parseClosing,
} from "../../protocol/open-submission.ts";
import type { ObjectWriter } from "../object-store.ts";
import { type ReadStore, readText } from "./read-object.ts";
import { JSON_TEXT } from "./written-as.ts";

/** Closes an open submission: one request. The caller sees to it that it has not more than CLOSING_MAX_BYTES. */
export async function writeClosing(
  store: ObjectWriter,
  prefix: string,
  closing: Omit<Closing, "version">,
): Promise<void> {
  await store.put(keyOf(prefix, CLOSING_FILE), formatClosing(closing), JSON_TEXT);
}

/**
 * Reads what closes a submission: one request.
 *
 * @returns undefined: there is nothing that can be read and is this submission's
 */
export async function readClosing(
  store: ReadStore,
  { prefix, submission }: { prefix: string; submission: string },
): Promise<Closing | undefined> {
  const text = await readText(store, keyOf(prefix, CLOSING_FILE), CLOSING_MAX_BYTES);
  const closing = text === undefined ? undefined : parseClosing(text);
  return closing?.submission === submission ? closing : undefined;
}
