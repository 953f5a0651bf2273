/** Whether an option has a value: never, always, or only after `=`. */
export type OptionValue = "none" | "required" | "optional";

const NONE = [
  "contiguous",
  "ignore-pbs",
  "no-requeue",
  "overcommit",
  "oversubscribe",
  "reboot",
  "requeue",
  "spread-job",
  "use-min-nodes",
];
const OPTIONAL = ["exclusive", "nice", "no-kill", "propagate"];
const REQUIRED = [
  "account",
  "acctg-freq",
  "array",
  "batch",
  "bb",
  "begin",
  "constraint",
  "container",
  "core-spec",
  "cores-per-socket",
  "cpu-freq",
  "cpus-per-gpu",
  "cpus-per-task",
  "deadline",
  "delay-boot",
  "dependency",
  "distribution",
  "error",
  "exclude",
  "export",
  "extra-node-info",
  "gpu-bind",
  "gpu-freq",
  "gpus",
  "gpus-per-node",
  "gpus-per-socket",
  "gpus-per-task",
  "gres",
  "gres-flags",
  "hint",
  "input",
  "job-name",
  "kill-on-invalid-dep",
  "licenses",
  "mail-type",
  "mail-user",
  "mcs-label",
  "mem",
  "mem-bind",
  "mem-per-cpu",
  "mem-per-gpu",
  "mincpus",
  "network",
  "nodelist",
  "nodes",
  "ntasks",
  "ntasks-per-core",
  "ntasks-per-gpu",
  "ntasks-per-node",
  "ntasks-per-socket",
  "open-mode",
  "output",
  "partition",
  "prefer",
  "priority",
  "profile",
  "qos",
  "reservation",
  "signal",
  "sockets-per-node",
  "switches",
  "thread-spec",
  "threads-per-core",
  "time",
  "time-min",
  "tmp",
  "tres-bind",
  "tres-per-task",
  "wait-all-nodes",
  "wckey",
];

/**
 * Options that are passed on, and whether each has a value. A closed list: sbatch takes `--wra` for
 * `--wrap`, so that no list of what is forbidden would be complete. Source: sbatch(1), Slurm 22.05 to 26.05; what
 * one of them does not know is left out.
 */
export const ALLOWED: ReadonlyMap<string, OptionValue> = new Map([
  ...NONE.map((name) => [name, "none"] as const),
  ...OPTIONAL.map((name) => [name, "optional"] as const),
  ...REQUIRED.map((name) => [name, "required"] as const),
]);

/** Letters that stand for an option. Source: sbatch(1). */
export const LETTERS: Readonly<Record<string, string>> = {
  A: "account",
  B: "extra-node-info",
  C: "constraint",
  D: "chdir",
  F: "nodefile",
  G: "gpus",
  H: "hold",
  J: "job-name",
  L: "licenses",
  M: "clusters",
  N: "nodes",
  O: "overcommit",
  Q: "quiet",
  S: "core-spec",
  V: "version",
  W: "wait",
  a: "array",
  b: "begin",
  c: "cpus-per-task",
  d: "dependency",
  e: "error",
  h: "help",
  i: "input",
  k: "no-kill",
  m: "distribution",
  n: "ntasks",
  o: "output",
  p: "partition",
  q: "qos",
  s: "oversubscribe",
  t: "time",
  v: "verbose",
  w: "nodelist",
  x: "exclude",
};

/** Options that have sbatch read a file where it runs. Source: sbatch(1). */
export const HEAD_NODE_FILES: readonly string[] = ["bbf", "export-file", "nodefile"];

/** Options whose value is a list of nodes, or a file with one when it holds a `/`. Source: sbatch(1). */
export const HOST_LISTS: readonly string[] = ["exclude", "nodelist"];

const NO_JOB = "no job would be submitted";
export const HEAD_NODE_FILE = "it names a file on the Head Node";
const PRINTS = "it changes what sbatch prints, which is read";
/** Why options that users may well try are refused. */
export const REFUSED: Readonly<Record<string, string>> = {
  bbf: HEAD_NODE_FILE,
  chdir: "the job runs in its own folder: results elsewhere would not come back",
  "cluster-constraint": "the job would be on a cluster that is not watched",
  clusters: "the job would be on a cluster that is not watched",
  comment: "the job is found again by its comment",
  "export-file": HEAD_NODE_FILE,
  "get-user-env": "there is no login on the Head Node",
  gid: "jobs run as the cluster's user",
  help: NO_JOB,
  hold: "nobody could release the job; use --begin",
  nodefile: `${HEAD_NODE_FILE}; use --nodelist`,
  parsable: PRINTS,
  quiet: PRINTS,
  "test-only": NO_JOB,
  uid: "jobs run as the cluster's user",
  usage: NO_JOB,
  verbose: PRINTS,
  version: NO_JOB,
  wait: "sbatch would not return; use cloud-submit wait",
  wrap: "the job script is job-aws-run.sh",
};
