import type { Context } from "../context.ts";
import { formatBytes } from "../format.ts";
import { type JobView, noSuchJob, viewJob } from "../job.ts";

export interface StatusFlags {
  json?: boolean | undefined;
}

/** `status PREFIX`: what the bucket says of a job. */
export async function status(context: Context, prefix: string, flags: StatusFlags): Promise<void> {
  const view = await viewJob(context.store, prefix);
  if (!view) throw noSuchJob(prefix);
  if (flags.json) {
    context.out(
      JSON.stringify({ prefix, state: view.state ?? null, record: view.record ?? null }, null, 2),
    );
    return;
  }
  for (const [name, value] of describe(view)) context.out(`${name.padEnd(10)} ${value}`);
}

function describe({ prefix, state, record }: JobView): [string, string][] {
  const rows: [string, string][] = [
    ["prefix", prefix],
    ["state", state ?? "none of the known words"],
  ];
  if (state === "FILE_UPLOAD") return [...rows, ["waits for", "the Head Node to take it"]];
  if (!record) return rows;
  const { slurm, outcome, error, stageIn, stageOut, times } = record;
  if (outcome) rows.push(["outcome", outcome]);
  if (error) rows.push(["reason", `${error.message} (${error.code})`]);
  if (slurm) rows.push(["Slurm job", [slurm.jobId, slurm.state].filter(Boolean).join(" ")]);
  if (slurm?.exitCode !== undefined)
    rows.push(["exit code", `${slurm.exitCode}${slurm.signal ? `, signal ${slurm.signal}` : ""}`]);
  if (slurm?.nodes) rows.push(["nodes", slurm.nodes]);
  if (stageIn) rows.push(["staged in", `${stageIn.files} files, ${formatBytes(stageIn.bytes)}`]);
  if (stageOut) rows.push(["results", `${stageOut.files} files, ${formatBytes(stageOut.bytes)}`]);
  for (const { path, reason } of [...(stageIn?.skipped ?? []), ...(stageOut?.skipped ?? [])])
    rows.push(["left out", `${JSON.stringify(path)}: ${reason}`]);
  for (const [name, time] of Object.entries(times)) if (time) rows.push([name, time]);
  return rows;
}
