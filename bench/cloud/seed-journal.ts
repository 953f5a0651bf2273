import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeEntry, fileName } from "../../headnode/journal/entry-file.ts";
import type { JobEntry } from "../../headnode/journal/job-entry.ts";
import type { TransferVerdict } from "../../protocol/record.ts";

const HOUR_MS = 3_600_000;
const TRANSFER: TransferVerdict = {
  verdict: "complete",
  files: 5,
  bytes: 500,
  skipped: [],
  skippedCount: 0,
};

/** An entry as long as that of an ordinary job, which has ended. */
export function endedEntry(prefix: string, jobId: string, ended: Date): JobEntry {
  const time = ended.toISOString();
  return {
    version: 1,
    prefix,
    submission: `20260101T000000Z-${randomBytes(6).toString("hex")}`,
    phase: "done",
    state: "JOB_COMPLETE",
    requester: { account: "000000000000" },
    statusEtag: randomBytes(16).toString("hex"),
    times: {
      requested: time,
      accepted: time,
      staged: time,
      submitted: time,
      ended: time,
      returned: time,
      final: time,
    },
    outbox: [],
    outcome: "completed",
    slurm: { jobId, state: "COMPLETED", exitCode: 0, signal: 0, nodes: "local-1" },
    sbatchOutput: `Submitted batch job ${jobId}\n`,
    stageIn: TRANSFER,
    stageOut: TRANSFER,
  };
}

/**
 * Writes a journal of jobs that have ended, as the agent leaves it (headnode/journal/ended-entries.ts).
 *
 * @param hours over so many hours until now, evenly
 */
export function seedEnded(journal: string, entries: number, hours: number, now: Date): void {
  const place = (...names: string[]) => join(journal, "ended", ...names);
  for (const folder of ["files", "hours", "cleaned", "last"])
    mkdirSync(place(folder), { recursive: true });
  const made = new Set<string>();
  for (let at = 0; at < entries; at++) {
    const ended = new Date(now.getTime() - ((at % hours) + 1) * HOUR_MS);
    const entry = endedEntry(`finished-${at}`, `${at + 1}`, ended);
    const hour = ended.toISOString().slice(0, 13);
    if (!made.has(hour)) mkdirSync(place("hours", hour), { recursive: true });
    made.add(hour);
    const file = place("files", fileName(entry));
    writeFileSync(file, encodeEntry(entry));
    utimesSync(file, ended, ended);
    linkSync(file, place("hours", hour, fileName(entry)));
    linkSync(file, place("last", entry.prefix));
  }
}
