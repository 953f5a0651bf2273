import { LockByName } from "../../bucket/disk/lock-by-name.ts";
import { processOf } from "../../bucket/listed-process.ts";

/** A process of another machine, which cannot be asked for, is taken for gone after so long. */
const FOREIGN_MS = 24 * 3_600_000;

/** Says which one process works in a folder; one that died does not keep others out. */
export function folderLock(path: string, now: () => number): LockByName {
  return new LockByName(path, { leftAfterMs: FOREIGN_MS, processOf, now, mode: 0o777 });
}
