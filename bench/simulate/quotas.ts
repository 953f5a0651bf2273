/** A number that the simulation goes by, and where it comes from. */
export interface Quota {
  what: string;
  value: number;
  unit: string;
  /** A published source, a measurement, or that it is assumed. */
  source: string;
}

const quota = (what: string, value: number, unit: string, source: string): Quota => ({
  what,
  value,
  unit,
  source,
});

/** Everything that the simulation assumes. */
export const QUOTAS = {
  uploadsPerSecond: quota(
    "FILE_UPLOADs that arrive in S3",
    3500,
    "per second",
    "S3 User Guide, Optimizing performance: writes per second and prefix",
  ),
  eventMs: quota("S3's event → Lambda's queue, median", 500, "ms", "assumed"),
  eventSpread: quota("the same, standard deviation of its logarithm", 0.6, "", "assumed"),
  duplicates: quota(
    "events that come twice",
    0.01,
    "",
    "S3 User Guide: at least once; the share is assumed",
  ),
  dispatchConcurrency: quota(
    "dispatch functions at a time",
    50,
    "",
    "serverless.yml, parameter dispatchConcurrency",
  ),
  accountConcurrency: quota(
    "functions at a time without a reservation",
    1000,
    "",
    "Lambda Developer Guide, quotas",
  ),
  coldStartMs: quota("first call of a function's instance takes longer by", 500, "ms", "assumed"),
  lambdaRetryMs: quota(
    "an event for which no function is free comes again after, at first",
    1000,
    "ms",
    "Lambda Developer Guide, asynchronous invocation: 1 s, then longer and longer",
  ),
  lambdaRetryLongestMs: quota(
    "the same, at most",
    300_000,
    "ms",
    "Lambda Developer Guide, asynchronous invocation: 5 minutes",
  ),
  s3ReadMs: quota("S3, a read", 20, "ms", "assumed"),
  s3WriteMs: quota("S3, a write", 40, "ms", "assumed"),
  listPageMs: quota("S3, a page of a listing", 150, "ms", "assumed"),
  keysPerPage: quota("keys on a page of a listing", 1000, "", "S3 API Reference, ListObjectsV2"),
  keysPerDelete: quota(
    "keys that one request removes",
    1000,
    "",
    "S3 API Reference, DeleteObjects",
  ),
  collectMs: quota(
    "markers are collected before they are removed",
    300,
    "ms",
    "headnode/queue/marker-remover.ts",
  ),
  otherMs: quota("another submitter asks for one job, after", 5000, "ms", "chosen"),
  sendMs: quota("SendCommand", 80, "ms", "assumed"),
  sendsPerSecond: quota(
    "SendCommand calls that are let through",
    5,
    "per second",
    "assumed: AWS publishes no rate; twice as many at once after a rest",
  ),
  deliveryMs: quota("SSM → its agent, median", 400, "ms", "assumed"),
  deliverySpread: quota("the same, standard deviation of its logarithm", 0.5, "", "assumed"),
  redeliveryMs: quota(
    "a command that the SSM agent has no room for comes again within",
    30_000,
    "ms",
    "that it comes again, in another order: seen on amazon-ssm-agent 3.3; when: assumed",
  ),
  ssmRunning: quota("commands that the SSM agent runs", 5, "", "amazon-ssm-agent, README"),
  ssmWaiting: quota("commands that wait in it", 5, "", "seen on amazon-ssm-agent 3.3"),
  ssmCpuMs: quota("CPU time that it takes for a command", 60, "ms", "measured"),
  journalMs: quota("a request into the journal", 4, "ms", "assumed: two fsyncs of an SSD volume"),
  transferMs: quota("stage in, or stage out, of a small job", 250, "ms", "assumed"),
  transfersAtOnce: quota("of those at a time", 4, "", "headnode/jobs/driver.ts"),
  agentCpuMs: quota("the agent's CPU time for a job", 8, "ms", "goal of the benchmark"),
  sbatchMs: quota("sbatch", 40, "ms", "assumed"),
  sbatchesAtOnce: quota("of those at a time", 8, "", "assumed"),
  cpus: quota("one-CPU jobs that Slurm runs at a time", 1000, "", "assumed"),
  jobMs: quota("a job", 60_000, "ms", "assumed"),
} as const satisfies Record<string, Quota>;

export type QuotaName = keyof typeof QUOTAS;

/** Their values; some may be others. */
export type Values = Record<QuotaName, number>;

/** The values, with some replaced: for what would be if. */
export function values(replaced: Partial<Values> = {}): Values {
  const all = Object.entries(QUOTAS).map(([name, { value }]) => [name, value]);
  return { ...(Object.fromEntries(all) as Values), ...replaced };
}
