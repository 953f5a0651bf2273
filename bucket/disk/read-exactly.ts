import type { BigIntStats } from "node:fs";
import { close, closeSync, fstatSync } from "node:fs";
import { promisify } from "node:util";
import { FileError, reasonOf } from "../../protocol/file-error.ts";
import { reason } from "../../protocol/reason.ts";
import { fillLater, fillNow } from "./all-bytes.ts";
import type { Disk } from "./disk.ts";
import { type OpenRules, openLater, openNow, otherKind } from "./open-to-read.ts";

const closeInThread = promisify(close);

/** Of the system, for a file. */
const CALLS = 4;

/**
 * Fills `into` with the beginning of a file by four calls of the system: open, read, a look at what is open, close. The
 * look is the last, so it tells of a change while the file was read, too. Of what is no file nothing is to be used.
 *
 * @returns the stats of what was read, when all had been
 * @throws FileError when it is no file, elsewhere, shorter, or cannot be read; what the system says otherwise
 */
export function readExactly(
  disk: Disk,
  path: string,
  into: Uint8Array,
  { within, noFollow }: Pick<OpenRules, "within" | "noFollow"> = {},
): BigIntStats | Promise<BigIntStats> {
  const rules: OpenRules = { within, noFollow, kind: "any" };
  return disk.ask(
    () => exactlyNow(path, into, rules),
    () => exactlyLater(path, into, rules),
    into.length,
    CALLS,
  );
}

function exactlyNow(path: string, into: Uint8Array, rules: OpenRules): BigIntStats {
  const file = openNow(path, rules);
  try {
    if (fillNow(file, into) < into.length) throw shorter(path);
    return fileStatsOf(file, path);
  } catch (error) {
    throw refusal(file, path, error);
  } finally {
    closeSync(file);
  }
}

async function exactlyLater(
  path: string,
  into: Uint8Array,
  rules: OpenRules,
): Promise<BigIntStats> {
  const file = await openLater(path, rules);
  try {
    if ((await fillLater(file, into)) < into.length) throw shorter(path);
    return fileStatsOf(file, path);
  } catch (error) {
    throw refusal(file, path, error);
  } finally {
    await closeInThread(file);
  }
}

/**
 * Stats of an open file. What is open answers at once, on any disk.
 *
 * @throws FileError when it is none
 */
export function fileStatsOf(file: number, path: string): BigIntStats {
  const stats = fstatSync(file, { bigint: true });
  if (!stats.isFile()) throw otherKind(path);
  return stats;
}

function shorter(path: string): FileError {
  return new FileError(path, reason("became-shorter"));
}

/** A folder or a pipe cannot be read so, and a device may be empty: then its kind is the reason. */
function refusal(file: number, path: string, error: unknown): unknown {
  if (!fstatSync(file).isFile()) return otherKind(path);
  return error instanceof FileError
    ? error
    : new FileError(path, reasonOf(error), { cause: error });
}
