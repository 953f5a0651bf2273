import { readInputManifest } from "../../bucket/job-objects/manifest.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { ownerOf } from "../jobs/job-owner.ts";
import type { JobEntry } from "../journal/job-entry.ts";
import { newAccount } from "../slurm/array-account.ts";
import type { FoundJob, JobOwner } from "../slurm/find-job.ts";
import { howToKeepBack, type KeepBack } from "../slurm/kept-back.ts";
import { NotSent } from "../slurm/sbatch-answer.ts";
import { argumentsWithJobPaths } from "./job-paths.ts";
import type { Step, StepPorts, StepResult } from "./ports.ts";
import { directivesIn, notesBefore } from "./submit-notes.ts";
import { Unseen, type UnseenLook } from "./unseen.ts";

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
 * knows no such job: so only an sbatch that is certainly the first follows at once. Once Slurm may have forgotten the job, none
 * follows at all.
 */
export function submitSteps(): { prepareSubmit: Step; submit: Step } {
  /** Entries for which no sbatch can be on its way. */
  const untried = new WeakSet<JobEntry>();
  /** Entries that this agent has come to. */
  const met = new WeakSet<JobEntry>();
  /** Untried ones that are in the journal as such. */
  const kept = new WeakSet<JobEntry>();
  /** Jobs that Slurm has, for as long as the journal does not: it may not be writable until Slurm has forgotten them. */
  const accepted = new WeakMap<JobEntry, Accepted>();
  const unseen = new Unseen();

  const look = (entry: JobEntry, ports: StepPorts) =>
    unseen.look(entry, ports, !untried.has(entry));

  /** The look before sbatch. What was staged is not staged again because Slurm does not answer. */
  const firstLook = async (entry: JobEntry, ports: StepPorts) => {
    try {
      return await look(entry, ports);
    } catch (error) {
      if (untried.has(entry) && !kept.has(entry)) {
        await ports.keep(entry, {});
        kept.add(entry);
      }
      throw error;
    }
  };

  /** The result of a look that has found the job, or after which there is no telling; undefined: neither. */
  const told = (entry: JobEntry, ports: StepPorts, { job, mayHaveRun }: UnseenLook) => {
    if (job) return had(entry, ports, { job, output: `Submitted batch job ${job.jobId}\n` });
    return mayHaveRun ? noTelling(entry, ownerOf(entry, ports)) : undefined;
  };

  const had = (entry: JobEntry, ports: StepPorts, one: Accepted): StepResult => {
    accepted.set(entry, one);
    return submitted(entry, ports, one);
  };

  /**
   * Slurm does not know the job: looks again until it has said so for SETTLE_MS. When that began is in the
   * journal, so that an agent which dies again and again still comes to an end of it.
   */
  const settle = async (entry: JobEntry, ports: StepPorts, from: number): Promise<StepResult> => {
    const since = Date.parse(entry.settlingSince ?? "");
    const elapsed = () => ports.now().getTime() - since;
    // Also when the clock was set back.
    if (!(elapsed() >= 0)) return { settlingSince: new Date(from).toISOString() };
    for (;;) {
      await ports.sleep(SETTLE_LOOK_MS);
      const result = told(entry, ports, await look(entry, ports));
      if (result) return result;
      if (elapsed() < SETTLE_MS) continue;
      const unanswered = (entry.unanswered ?? 0) + 1;
      if (unanswered >= UNANSWERED_MAX) return refused(UNANSWERED);
      untried.add(entry);
      return { settlingSince: undefined, unanswered };
    }
  };

  return {
    /** staged → submitting: from here on sbatch may be called. */
    prepareSubmit: async (entry, ports) => {
      if (entry.cancelRequested)
        throw new CloudSubmitError("cancelled", "cancelled before it was submitted");
      const notes = await notesBefore(entry, ports);
      met.add(entry);
      untried.add(entry);
      return { phase: "submitting", sbatchAt: "not sent", ...(notes.length > 0 && { notes }) };
    },

    /** submitting → submitted, or failing when Slurm refuses; or settled, and so untried again. */
    submit: async (entry, ports) => {
      const before = accepted.get(entry);
      if (before) return submitted(entry, ports, before);
      // Of an earlier agent.
      if (!met.has(entry) && entry.sbatchAt === "not sent") untried.add(entry);
      met.add(entry);
      const isFirst = untried.has(entry) && ports.fresh.has(entry);
      if (!isFirst) {
        const first = await firstLook(entry, ports);
        const result = told(entry, ports, first);
        if (result) return result;
        if (!untried.has(entry)) return settle(entry, ports, first.from);
      }
      ports.fresh.delete(entry);
      if (entry.cancelRequested)
        throw new CloudSubmitError("cancelled", "cancelled before Slurm had it");
      const owner = ownerOf(entry, ports);
      const call = {
        keepBack: entry.open && (await keepBackOf(entry, ports, owner.workDir)),
        arguments: await argumentsOf(entry, ports, owner.workDir),
        begin: async () => {
          await ports.keep(entry, { sbatchAt: ports.now().toISOString() });
          untried.delete(entry);
        },
      };
      try {
        const said = await ports.slurm.submit(owner, entry.sbatchOptions ?? [], call);
        return said.accepted ? had(entry, ports, said) : refused(said.output);
      } catch (error) {
        if (error instanceof NotSent) await ports.keep(entry, { sbatchAt: "not sent" });
        throw error;
      }
    },
  };
}

/** A job that Slurm has, and what sbatch said of it. */
interface Accepted {
  job: FoundJob;
  output: string;
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

/** Nothing is submitted again that may have run. */
function noTelling({ sbatchAt }: JobEntry, { workDir }: JobOwner): StepResult {
  const when = sbatchAt === undefined ? "" : ` at ${sbatchAt}`;
  const message = `sbatch was called${when}, and its answer not heard; since then Slurm was not asked, or did not answer, for so long that it may have forgotten the job (MinJobAge): nobody knows whether it ran. Submit it again; if it ran, its files are on the Head Node, in ${workDir}`;
  return { phase: "failing", outcome: "lost", error: { code: "lost", message }, array: undefined };
}

function submitted(
  entry: JobEntry,
  ports: StepPorts,
  { job: { jobId, array, name, isRefused }, output }: Accepted,
): StepResult {
  if (isRefused) return refused(NOT_AVAILABLE);
  const { hookJob = jobId } = entry;
  const isHooked = hookJob === jobId;
  return {
    phase: "submitted",
    slurm: { jobId },
    jobName: name === "" ? undefined : name,
    scriptArguments: undefined,
    sbatchAt: undefined,
    hookJob: undefined,
    // It was another job's end.
    ...(!isHooked && { hookExit: undefined, hookState: undefined, hookRestarts: undefined }),
    array: array && newAccount(array, ports.now(), isHooked ? entry.array : undefined),
    sbatchOutput: output,
    times: { ...entry.times, submitted: ports.now().toISOString() },
  };
}
