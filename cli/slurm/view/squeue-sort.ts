import { slurmError } from "../slurm-error.ts";
import { type SlurmJob, secondsUsed } from "./slurm-job.ts";
import { compactState } from "./states.ts";
import { megabytes } from "./units.ts";

type Key = (job: SlurmJob, now: Date) => number | string;

const time = (at: Date | undefined) => (at ? Math.floor(at.getTime() / 1000) : 0);
const limit = (job: SlurmJob) => (typeof job.timeLimit === "number" ? job.timeLimit : Infinity);
const none = () => 0;

/** The keys that the letters of `--sort` sort by. Source: `sort_job_list` in src/squeue/sort.c, 24.05. */
const KEYS: Readonly<Record<string, Key>> = {
  B: (job) => job.nodes ?? "",
  c: none,
  C: (job) => job.cpus,
  d: (job) => megabytes(job.asked.get("tmp") ?? "") ?? 0,
  D: (job) => job.nodeCount,
  e: (job) => time(job.endedAt),
  f: none,
  g: (job) => job.group,
  G: (job) => job.gid,
  h: none,
  H: none,
  i: (job) =>
    Number(job.id) * 4_194_304 +
    (typeof job.array?.tasks === "number" ? job.array.tasks : 4_194_303),
  I: none,
  j: (job) => job.name,
  J: none,
  l: limit,
  L: (job, now) => limit(job) * 60 - secondsUsed(job, now),
  m: (job) => megabytes(job.memory ?? "") ?? 0,
  M: secondsUsed,
  n: none,
  N: (job) => job.nodes ?? "",
  O: none,
  p: (job) => job.priority ?? 0,
  P: (job) => job.partition ?? "",
  Q: (job) => job.priority ?? 0,
  S: (job) => time(job.startedAt),
  t: (job) => compactState(job.state),
  T: (job) => job.state,
  u: (job) => job.user,
  U: (job) => job.uid,
  v: (job) => job.asked.get("reservation") ?? "",
  V: (job) => time(job.submittedAt),
  z: none,
};

/** The order of squeue without `--sort`. */
const USUAL = "P,t,-p";

/**
 * Jobs in the order of `--sort`: letters as of `--format`, after `-` the other way round; before that those that began last
 * come first.
 *
 * @throws SlurmError when a letter sorts by nothing
 */
export function sortJobs(
  jobs: readonly SlurmJob[],
  sort: string | undefined,
  now: Date,
): SlurmJob[] {
  const rules = readSort(sort ?? USUAL);
  return jobs
    .toSorted((a, b) => time(b.startedAt) - time(a.startedAt))
    .toSorted((a, b) => {
      for (const { key, sign } of rules) {
        const [x, y] = [key(a, now), key(b, now)];
        if (x < y) return -sign;
        if (x > y) return sign;
      }
      return 0;
    });
}

function readSort(text: string) {
  const rules: { key: Key; sign: number }[] = [];
  for (const [, minus, letter = ""] of text
    .replace(/-?cluster/gi, "")
    .matchAll(/([-+]?)([^-+,])/g)) {
    const key = KEYS[letter];
    if (!key) throw slurmError("squeue", `Invalid sort specification: ${letter}`);
    rules.push({ key, sign: minus === "-" ? -1 : 1 });
  }
  return rules;
}
