import { SlurmError, slurmError } from "../slurm-error.ts";
import { isUp, nodeGroups, readCluster } from "./cluster-view.ts";
import { rowsWanted, wantedId } from "./job-ids.ts";
import { jobsJson } from "./jobs-json.ts";
import { loadJobs } from "./load-jobs.ts";
import { nodeList, nodeNames } from "./node-names.ts";
import { type ParsedOptions, parseOptions } from "./options.ts";
import { inView } from "./real-world.ts";
import { configText, nodeText, partitionText } from "./scontrol-cluster.ts";
import { SCONTROL_HELP } from "./scontrol-help.ts";
import { jobText } from "./scontrol-job.ts";
import { REFUSED_KEYWORDS, SCONTROL_OPTIONS } from "./scontrol-options.ts";
import { SLURM_VERSION } from "./slurm-version.ts";
import { stillKnown } from "./squeue-filter.ts";
import { checkTimeFormat } from "./time-format.ts";
import type { ViewCommand, ViewWorld } from "./view-world.ts";

/** The name of the cluster where Slurm's own is not told. */
const CLUSTER = "cloud-submit";

/** `scontrol`: shows jobs, partitions and nodes; what would change something is refused. Exit code 1 when it cannot. */
export const scontrol: ViewCommand = async (args, world) => {
  const { values, rest } = parseOptions(args, {
    command: "scontrol",
    options: SCONTROL_OPTIONS,
    hint: 'Try "scontrol --help" for more information',
  });
  const [keyword, ...words] = rest;
  if (values.has("version") || keyword === "version") {
    world.out(`${SLURM_VERSION}\n`);
    return 0;
  }
  if (values.has("help") || keyword === "help") {
    world.out(SCONTROL_HELP);
    return 0;
  }
  if (keyword === undefined)
    throw slurmError(
      "scontrol",
      "there is no prompt here: give a command, as in scontrol show job 12",
    );
  checkTimeFormat("scontrol", world.env);
  if (keyword === "ping") return ping(world);
  if (isShort(keyword, "show", 3)) return show(words, values, world);
  const refused = Object.keys(REFUSED_KEYWORDS).find((one) => one === keyword.toLowerCase());
  if (refused !== undefined)
    throw slurmError("scontrol", `${refused} cannot work here: ${REFUSED_KEYWORDS[refused]}`);
  throw new SlurmError([`invalid keyword: ${keyword}`]);
};

/** Whether a word is a name, or its beginning of so many letters. */
function isShort(word: string, name: string, least = 1): boolean {
  return word.length >= least && name.startsWith(word.toLowerCase());
}

async function ping(world: ViewWorld): Promise<number> {
  const cluster = await readCluster(world, "scontrol: error");
  const up = isUp(cluster, world.now());
  world.out(`Slurmctld(primary) at ${cluster.host} is ${up ? "UP" : "DOWN"}\n`);
  return up ? 0 : 1;
}

async function show(
  words: readonly string[],
  values: ParsedOptions["values"],
  world: ViewWorld,
): Promise<number> {
  const [first = "", ...more] = words;
  const [entity = "", ...inWord] = first.split("=");
  const [name] = inWord.length > 0 ? [inWord.join("=")] : more;
  const isOneLine = values.has("oneliner");
  if (isShort(entity, "hostnames", 5)) return hostNames(name ?? world.env["SLURM_NODELIST"], world);
  if (isShort(entity, "hostlist", 5) || isShort(entity, "hostlistsorted", 9))
    return hostList(entity, name, world);
  if (isShort(entity, "jobs") || isShort(entity, "jobid")) return showJobs(name, values, world);
  if (isShort(entity, "config", 2)) {
    const cluster = await readCluster(world, "slurm_load_ctl_conf error");
    world.out(configText(cluster, CLUSTER, world.now()));
    return 0;
  }
  if (isShort(entity, "partitions", 2) || isShort(entity, "partitionname", 2)) {
    const { partitions } = await readCluster(world, "slurm_load_partitions error");
    const wanted = partitions.filter((one) => name === undefined || one.name === name);
    world.out(wanted.map((one) => partitionText(one, isOneLine)).join(""));
    if (wanted.length > 0) return 0;
    world.out(
      name === undefined ? "No partitions in the system\n" : `Partition ${name} not found\n`,
    );
    return name === undefined ? 0 : 1;
  }
  if (isShort(entity, "nodes")) {
    const { partitions } = await readCluster(world, "slurm_load_node error");
    const groups = nodeGroups(partitions);
    const known = [...new Set(groups.flatMap(({ names }) => names))];
    const wanted = name === undefined ? known : nodeNames(name);
    if (!wanted) throw new SlurmError([`Invalid hostlist: ${name}`]);
    let exitCode = 0;
    for (const one of wanted) {
      if (!known.includes(one)) exitCode = 1;
      world.out(known.includes(one) ? nodeText(one, groups, isOneLine) : `Node ${one} not found\n`);
    }
    return exitCode;
  }
  throw new SlurmError([
    entity === ""
      ? "scontrol: error: show needs a word: job, partition, node, config, hostnames or hostlist"
      : `scontrol: error: show ${entity} cannot work here: the cluster tells of jobs, partitions, nodes and config alone`,
  ]);
}

function hostNames(list: string | undefined, world: ViewWorld): number {
  if (list === undefined) throw slurmError("scontrol", "host list is empty");
  const names = nodeNames(list);
  if (!names) throw new SlurmError([`Invalid hostlist: ${list}`]);
  world.out(names.map((one) => `${one}\n`).join(""));
  return 0;
}

function hostList(entity: string, list: string | undefined, world: ViewWorld): number {
  if (list === undefined) throw new SlurmError(["invalid encode argument"]);
  const names = nodeNames(list);
  if (!names) throw new SlurmError([`Invalid hostlist: ${list}`]);
  world.out(
    `${nodeList(entity.length > "hostlist".length ? [...new Set(names)].toSorted() : names)}\n`,
  );
  return 0;
}

async function showJobs(
  name: string | undefined,
  values: ParsedOptions["values"],
  world: ViewWorld,
): Promise<number> {
  const isId = name === undefined || /^[\d_+]+$/.test(name);
  const wanted = name === undefined ? undefined : wantedId(name);
  if (!isId || (name !== undefined && !wanted))
    throw new SlurmError(["scontrol_print_job error: Invalid job id specified"]);
  const jobs = await loadJobs(world);
  const now = world.now();
  const known = stillKnown(jobs, now);
  if (wanted && !known.some(({ id }) => id === wanted.id))
    throw new SlurmError(["slurm_load_jobs error: Invalid job id specified"]);
  const found = wanted ? rowsWanted(known, [wanted]) : known;
  if (values.has("json")) {
    world.out(jobsJson(found, "squeue", ["show", "job"], world));
    return 0;
  }
  const how = { isOneLine: values.has("oneliner"), hasDetails: values.has("details") };
  world.out(found.map((job) => jobText(job, now, how)).join(""));
  if (found.length > 0) return 0;
  world.out(name === undefined ? "No jobs in the system\n" : `Job ${name} not found\n`);
  return name === undefined ? 0 : 1;
}

/** The command of this name, with the real world. */
export const run = inView(scontrol);
