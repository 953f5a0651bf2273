import { readRecord } from "../../bucket/job-objects/record.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import type { Context } from "../context.ts";
import { AskAgain, askedLine } from "../jobs/ask-again.ts";
import { jobStatus } from "../jobs/job-status.ts";
import { SlurmError, slurmError } from "./slurm-error.ts";

/** Between two looks: a tenth of the time that was waited so far, so that the id is known at most a tenth late. */
const PAUSE = { part: 0.1, minMs: 100, maxMs: 1_000 };

/** The state is looked at now and then, besides: a request may be lost, or be refused without a record. */
const STATE_EVERY_MS = 15_000;

/** A submission whose job is waited for. */
export interface Awaited {
  prefix: string;
  submission: string;
}

/**
 * Polls the record until Slurm has the job: a request for each look. Times without a line to S3 are waited out.
 *
 * @returns the record, with the job's id
 * @throws SlurmError in the words of sbatch when the submission ended without a job
 */
export async function awaitId(context: Context, awaited: Awaited): Promise<JobRecord> {
  const { store, patience, sleep, now, say } = context;
  const { prefix, submission } = awaited;
  const again = new AskAgain(store, prefix, () => now().getTime());
  const began = now().getTime();
  let lookedAt = began;
  for (;;) {
    const found = await patience.look(() => readRecord(store, prefix));
    const record = found?.seen;
    if (record?.submission === submission) {
      if (record.slurm?.jobId !== undefined) return record;
      if (record.outcome !== undefined) throw withoutJob(record);
    }
    if (found && now().getTime() - lookedAt >= STATE_EVERY_MS) {
      lookedAt = now().getTime();
      const looked = await patience.look(() => jobStatus(store, prefix));
      const status = looked?.seen;
      if (status?.state !== undefined && FINAL_STATES.has(status.state)) {
        const last = await readRecord(store, prefix);
        if (last?.submission !== submission || last.slurm?.jobId === undefined)
          throw last ? withoutJob(last) : failed(`its state is ${status.state}`);
      }
      const asked = status && (await again.ask(status));
      if (asked) context.err(askedLine(say, asked));
    }
    await sleep(found ? pauseMs(now().getTime() - began) : patience.pauseMs);
  }
}

function pauseMs(waitedMs: number): number {
  return Math.min(PAUSE.maxMs, Math.max(PAUSE.minMs, waitedMs * PAUSE.part));
}

/** The error of a submission that Slurm never had. Its own words are told as sbatch tells them. */
function withoutJob({ error, state }: JobRecord): SlurmError {
  if (!error) return failed(`its state is ${state}`);
  const lines = error.message.split("\n").filter((line) => line.trim() !== "");
  if (error.code === "sbatch-refused" && lines.some((line) => line.startsWith("sbatch: ")))
    return new SlurmError(lines);
  return failed(lines.join(" "));
}

function failed(why: string): SlurmError {
  return slurmError("sbatch", `Batch job submission failed: ${why}`);
}
