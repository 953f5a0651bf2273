import * as files from "node:fs/promises";
import * as timers from "node:timers/promises";

/** Errors of Windows while another program (a scanner, an indexer, an editor) has a file open. */
const BUSY: ReadonlySet<string> = new Set(["EPERM", "EACCES", "EBUSY"]);

/** Milliseconds: 10, 20, 40 and so on, 2.5 s together. */
const [FIRST_MS, LAST_MS] = [10, 1280];

export interface RenamePorts {
  platform: NodeJS.Platform;
  rename: (from: string, to: string) => Promise<void>;
  sleep: (ms: number) => Promise<void>;
}

const SYSTEM: RenamePorts = {
  platform: process.platform,
  rename: files.rename,
  sleep: (ms) => timers.setTimeout(ms),
};

/** Whether a rename that failed may succeed in a moment: on Windows, where files that are open cannot be replaced. */
export function isBusy(error: unknown, platform = process.platform): boolean {
  return platform === "win32" && BUSY.has((error as NodeJS.ErrnoException).code ?? "");
}

/** Renames a file, over another one, too; on Windows again and again while one of them is open elsewhere. */
export async function renameOver(
  from: string,
  to: string,
  ports: Partial<RenamePorts> = {},
): Promise<void> {
  const { platform, rename, sleep } = { ...SYSTEM, ...ports };
  for (let pause = FIRST_MS; ; pause *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (!isBusy(error, platform) || pause > LAST_MS) throw error;
    }
    await sleep(pause);
  }
}
