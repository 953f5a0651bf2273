import { renameSync } from "node:fs";
import { join } from "node:path";
import type { world } from "./agent-world.ts";

/**
 * Has the agent of a world submit `job1`, of which its journal cannot be written from then on.
 *
 * @returns when a write was tried again: how often the agent has had to wait; and what puts the journal back
 */
export async function unwrittenJob(w: ReturnType<typeof world>): Promise<{
  failures: () => number;
  putBack: () => void;
}> {
  await w.upload("job1");
  const journal = join(w.home, "journal");
  w.slurm.onSubmit = (when) => {
    if (when === "after") renameSync(journal, `${journal}.away`);
  };
  let failures = 0;
  w.onLog = ({ waitMs }) => void (failures += Number(waitMs !== undefined));
  await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.slurm.submitted.length === 1 && failures > 2);
  w.slurm.onSubmit = () => undefined;
  return { failures: () => failures, putBack: () => renameSync(`${journal}.away`, journal) };
}
