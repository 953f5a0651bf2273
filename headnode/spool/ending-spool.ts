import { join } from "node:path";
import type { Driver } from "../jobs/driver.ts";
import type { Journal } from "../journal/journal.ts";
import { accountOfHook } from "../slurm/array-account.ts";
import { parseEnding } from "./messages.ts";
import { Spool, type SpoolPorts } from "./spool.ts";
import { SPOOL_FOLDERS } from "./spool-folders.ts";

/** Spool of hooks/slurm-ended.sh: jobs or tasks that Slurm has ended, which are looked at. */
export function endingSpool(ports: SpoolPorts, journal: Journal, driver: Driver): Spool {
  return new Spool({
    ...ports,
    folder: join(ports.home, SPOOL_FOLDERS.endings),
    handle: async (text, name) => {
      const ending = parseEnding(text);
      const entry = ending && journal.runningJob(ending.job);
      if (!ending || !entry)
        return ports.log("info", "the ending of a job that is not known here, or not yet", {
          file: name,
        });
      const { exit, task, restarts = 0 } = ending;
      if (exit !== undefined)
        await journal.update(entry, ({ array, hookRestarts = 0 }) => {
          if (task !== undefined)
            return array ? { array: accountOfHook(array, task, exit, restarts) } : {};
          // Files are acted on in any order: the last run counts.
          return restarts < hookRestarts ? {} : { hookExit: exit, hookRestarts: restarts };
        });
      driver.wake(entry);
    },
  });
}
