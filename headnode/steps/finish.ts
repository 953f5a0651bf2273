import { writeRecord } from "../../bucket/job-objects/record.ts";
import { removeSbatchFiles, writeSbatchOutput } from "../../bucket/job-objects/sbatch-files.ts";
import { writeStatus } from "../../bucket/job-objects/status.ts";
import { recordOf, stateChange } from "../jobs/report.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import type { Step } from "./ports.ts";

/** The state a submission ends in: JOB_COMPLETE says that Slurm had it and that its results are here. */
function finalState(entry: JobEntry): "JOB_COMPLETE" | "JOB_ERROR" {
  return entry.slurm && entry.stageOut ? "JOB_COMPLETE" : "JOB_ERROR";
}

/** Whether the sweep has told this end already: what is in the bucket by now may be another submission's. */
function isTold(entry: JobEntry): boolean {
  const { givenUpAt, cancelRequested } = entry;
  return givenUpAt !== undefined && !cancelRequested && finalState(entry) === "JOB_ERROR";
}

/** returned or failing → recorded: the final record, with every other object before it. */
export const writeFinalRecord: Step = async (entry, ports) => {
  // JOB_COMPLETE is the last word.
  await ports.live.settled(entry);
  const times = { ...entry.times, final: ports.now().toISOString() };
  if (isTold(entry)) return { phase: "recorded", times };
  if (entry.phase === "failing" && entry.sbatchOutput !== undefined)
    await writeSbatchOutput(ports.store, entry.prefix, entry.sbatchOutput);
  // Files of an earlier run must not be taken for this one's.
  if (entry.slurm === undefined && entry.outcome !== "lost")
    await removeSbatchFiles(ports.store, entry.prefix, {
      keepOutput: entry.sbatchOutput !== undefined,
    });
  await writeRecord(ports.store, recordOf({ ...entry, times }, finalState(entry)));
  return { phase: "recorded", times };
};

/** recorded → done: the final state, last of all. */
export const writeFinalState: Step = async (entry, ports) => {
  const { prefix, submission } = entry;
  const state = finalState(entry);
  if (!isTold(entry)) await writeStatus(ports.store, prefix, state, { submission });
  // Not before: it is what the job is taken over by, should this machine be lost now.
  ports.remover.remove(entry.markers ?? []);
  return {
    phase: "done",
    state,
    // It is in the record.
    output: undefined,
    announce: stateChange(entry, state, ports),
  };
};
