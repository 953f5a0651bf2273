import type { FileHandle } from "node:fs/promises";
import { CloudSubmitError, messageOf } from "../../protocol/error.ts";

/**
 * Fills `into` from `position`, so that a file that shrank is an error and not a torn object.
 *
 * @param path for errors
 * @throws CloudSubmitError `transfer`
 */
export async function readFully(
  file: FileHandle,
  into: Uint8Array,
  position: number,
  path: string,
): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file
      .read(into, filled, into.length - filled, position + filled)
      .catch((cause: unknown) => {
        throw new CloudSubmitError("transfer", `${path}: ${messageOf(cause)}`, { cause });
      });
    if (bytesRead === 0)
      throw new CloudSubmitError("transfer", `${path}: became shorter while it was read`);
    filled += bytesRead;
  }
}
