import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { ownerOf } from "../jobs/job-owner.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { newAccount } from "../slurm/array-account.ts";
import type { FoundJob } from "../slurm/find-job.ts";
import { howToKeepBack, type KeepBack } from "../slurm/kept-back.ts";
import { argumentsWithJobPaths } from "./job-paths.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";
import { directivesIn, notesBefore } from "./submit-notes.ts";

/** How long Slurm must answer, and not know the job, until an sbatch without an answer counts as void. */
const SETTLE_MS = 15_000;
const SETTLE_LOOK_MS = 1_000;

/** So many times sbatch gets no answer while Slurm answers everything else: then that is its answer. */
const UNANSWERED_MAX = 8;

/** Bytes kept of what sbatch said. */
const SAID_MAX = 4096;

/**
 * The two steps around sbatch. Slurm is asked first whether it has the job: after a crash, after
 * an sbatch without an answer, and when a journal was lost, it may be in the queue already; but not for a request that no
 * agent can have taken before. It may also be
 * on its way to a slurmctld that hangs, which takes it up when it goes on, and before that says that it
 * knows no such job: so only an sbatch that is certainly the first follows at once.
 */
export function submitSteps(): { prepareSubmit: Step; submit: Step } {
  /** Entries for which no sbatch can be on its way. */
  const untried = new WeakSet<JobEntry>();
  return {
    /** staged → submitting: from here on sbatch may have been called. */
    prepareSubmit: async (entry, ports) => {
      if (entry.cancelRequested)
        throw new CloudSubmitError("cancelled", "cancelled before it was submitted");
      const notes = await notesBefore(entry, ports);
      untried.add(entry);
      return { phase: "submitting", ...(notes.length > 0 && { notes }) };
    },

    /** submitting → submitted, or failing when Slurm refuses; or settled, and so untried again. */
    submit: async (entry, ports) => {
      const owner = ownerOf(entry, ports);
      const isFirst = untried.has(entry) && ports.fresh.has(entry);
      const found = isFirst ? undefined : await ports.slurm.find(owner);
      ports.fresh.delete(entry);
      if (found) return submitted(entry, ports, found, `Submitted batch job ${found.jobId}\n`);
      if (!untried.has(entry)) {
        const result = await settle(entry, ports);
        if (result.phase === undefined && result.settlingSince === undefined) {
          if ((result.unanswered ?? 0) >= UNANSWERED_MAX) return refused(UNANSWERED);
          untried.add(entry);
        }
        return result;
      }
      if (entry.cancelRequested)
        throw new CloudSubmitError("cancelled", "cancelled before Slurm had it");
      const call = {
        keepBack: entry.open && (await keepBackOf(entry, ports, owner.workDir)),
        arguments: await argumentsOf(entry, ports, owner.workDir),
      };
      untried.delete(entry);
      const said = await ports.slurm.submit(owner, entry.sbatchOptions ?? [], call);
      if (said.accepted) return submitted(entry, ports, said.job, said.output);
      return refused(said.output);
    },
  };
}

async function keepBackOf(
  { sbatchOptions = [] }: JobEntry,
  { machine }: StepPorts,
  folder: string,
): Promise<KeepBack> {
  return howToKeepBack([...(await directivesIn(folder, machine.disk)), ...sbatchOptions]);
}

/** @throws CloudSubmitError when the manifest that they are in is no longer there */
async function argumentsOf(
  { scriptArguments, manifest, prefix }: JobEntry,
  { store }: StepPorts,
  folder: string,
): Promise<string[]> {
  if (scriptArguments !== "long") return scriptArguments ?? [];
  if (!manifest) return [];
  return argumentsWithJobPaths(await readInputManifest(store, prefix, manifest), folder);
}

const UNANSWERED = `sbatch had no answer ${UNANSWERED_MAX} times, while Slurm answers all else`;

/** Words of sbatch for the job that Slurm keeps as a failed one, when nobody has heard them. Source: slurm_strerror. */
const NOT_AVAILABLE =
  "sbatch: error: Batch job submission failed: Requested node configuration is not available";

function refused(output: string): StepResult {
  const said = Buffer.from(output.trim()).subarray(0, SAID_MAX).toString("utf8");
  return {
    phase: "failing",
    outcome: "submit-failed",
    error: { code: "sbatch-refused", message: said || "sbatch said nothing" },
    sbatchOutput: output,
  };
}

/**
 * Slurm does not know the job: looks again until it has said so for SETTLE_MS. When that began is in the
 * journal, so that an agent which dies again and again still comes to an end of it.
 */
async function settle(entry: JobEntry, ports: StepPorts): Promise<StepResult> {
  const since = Date.parse(entry.settlingSince ?? "");
  const elapsed = () => ports.now().getTime() - since;
  // Also when the clock was set back.
  if (!(elapsed() >= 0)) return { settlingSince: ports.now().toISOString() };
  for (;;) {
    await ports.sleep(SETTLE_LOOK_MS);
    const found = await ports.slurm.find(ownerOf(entry, ports));
    if (found) return submitted(entry, ports, found, `Submitted batch job ${found.jobId}\n`);
    if (elapsed() >= SETTLE_MS)
      return { settlingSince: undefined, unanswered: (entry.unanswered ?? 0) + 1 };
  }
}

function submitted(
  entry: JobEntry,
  ports: StepPorts,
  { jobId, array, name, isRefused }: FoundJob,
  output: string,
): StepResult {
  if (isRefused) return refused(NOT_AVAILABLE);
  return {
    phase: "submitted",
    slurm: { jobId },
    jobName: name,
    scriptArguments: undefined,
    ...(array && { array: newAccount(array, ports.now()) }),
    sbatchOutput: output,
    times: { ...entry.times, submitted: ports.now().toISOString() },
  };
}
