import { ALLOWED, LETTERS, type OptionValue } from "../../protocol/sbatch-option-table.ts";
import type { OptionTable } from "./getopt.ts";

/** Options that are done on this machine, or that change what is sent. Source: sbatch(1); those of `cloud-` are our own. */
const HERE: readonly (readonly [string, OptionValue])[] = [
  ["chdir", "required"],
  ["comment", "required"],
  ["help", "none"],
  ["parsable", "none"],
  ["quiet", "none"],
  ["usage", "none"],
  ["verbose", "none"],
  ["version", "none"],
  ["wait", "none"],
  ["wrap", "required"],
  ["cloud-input", "required"],
  ["cloud-results", "required"],
  ["cloud-no-results", "required"],
  ["cloud-limit", "required"],
  ["cloud-prefix", "required"],
  ["cloud-yes", "none"],
];

const HEAD_NODE_FILE = "it names a file that sbatch would read on the Head Node";
const NO_LOGIN = "there is no login on the Head Node, and jobs run as the cluster's user";
const ONE_CLUSTER = "jobs go to the cluster of the bucket; give another one by CLOUD_SUBMIT_BUCKET";
const SOME_VERSIONS = "only some versions of Slurm know it";

/**
 * Options that sbatch knows and that cannot be kept, and why. All that any version knows is in one of these tables: what is
 * missing would be taken for an abbreviation. Source: src/common/slurm_opt.c, Slurm 22.05 to 26.05.
 */
const REFUSED: Readonly<Record<string, readonly [OptionValue, string]>> = {
  autocomplete: ["required", "it sends no job"],
  bbf: ["required", HEAD_NODE_FILE],
  cluster: ["required", ONE_CLUSTER],
  "cluster-constraint": ["required", ONE_CLUSTER],
  clusters: ["required", ONE_CLUSTER],
  "consolidate-segments": ["none", SOME_VERSIONS],
  "container-id": ["required", SOME_VERSIONS],
  "container-type": ["required", SOME_VERSIONS],
  "export-file": ["required", "give the variables by --export=NAME=value"],
  external: ["none", SOME_VERSIONS],
  extra: ["required", SOME_VERSIONS],
  "get-user-env": ["optional", NO_LOGIN],
  gid: ["required", NO_LOGIN],
  hold: ["none", "jobs cannot be released from here; use --begin or --dependency"],
  "mem-update": ["required", SOME_VERSIONS],
  nodefile: ["required", "give the nodes by --nodelist"],
  "oom-kill-step": ["optional", SOME_VERSIONS],
  power: ["required", SOME_VERSIONS],
  resources: ["required", SOME_VERSIONS],
  "resv-ports": ["optional", SOME_VERSIONS],
  runtime: ["required", SOME_VERSIONS],
  segment: ["required", SOME_VERSIONS],
  "spread-segments": ["none", SOME_VERSIONS],
  stepmgr: ["none", SOME_VERSIONS],
  "test-only": [
    "none",
    "it needs an answer of the cluster without a job, and S3 carries jobs alone",
  ],
  uid: ["required", NO_LOGIN],
};

/** Other names of an option. Source: sbatch(1) of this version and of earlier ones. */
const ALIASES: Readonly<Record<string, string>> = {
  share: "oversubscribe",
  "tasks-per-node": "ntasks-per-node",
  workdir: "chdir",
};

/** Options of the command line and of `#SBATCH` lines. */
export const SBATCH_TABLE: OptionTable = {
  long: new Map<string, OptionValue>([
    ...ALLOWED,
    ...HERE,
    ...Object.entries(REFUSED).map(([name, [kind]]) => [name, kind] as const),
    ["tasks-per-node", "required"],
  ]),
  letters: LETTERS,
};

/** Why an option is refused; undefined: it is not. */
export function whyRefused(name: string): string | undefined {
  return Object.hasOwn(REFUSED, name) ? REFUSED[name]?.[1] : undefined;
}

/** The name under which an option is sent. */
export function mainName(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

/** Options of `#CLOUD` lines, which stand for those of the command line that begin with `cloud-`. */
export const CLOUD_TABLE: OptionTable = {
  long: new Map<string, OptionValue>([
    ["input", "required"],
    ["results", "required"],
    ["no-results", "required"],
    ["limit", "required"],
    ["input-limit", "required"],
    ["prefix", "required"],
    ["yes", "none"],
  ]),
  letters: {},
};
