import { SlurmError, slurmError } from "../slurm-error.ts";
import { type Format, headerLine, readFormat, readLongFormat, rowLine } from "./columns.ts";
import { eachTask, rowsWanted, wantedId } from "./job-ids.ts";
import { jobsJson } from "./jobs-json.ts";
import { loadJobs } from "./load-jobs.ts";
import { lastValue, listOf, type ParsedOptions, parseOptions } from "./options.ts";
import { inView } from "./real-world.ts";
import { type SlurmJob } from "./slurm-job.ts";
import { slurmDate } from "./slurm-time.ts";
import { SLURM_VERSION } from "./slurm-version.ts";
import { squeueFields } from "./squeue-fields.ts";
import { squeueFilter, stillKnown } from "./squeue-filter.ts";
import { helpFormat, helpLongFormat, SQUEUE_USAGE, squeueHelp } from "./squeue-help.ts";
import { SQUEUE_OPTIONS } from "./squeue-options.ts";
import { sortJobs } from "./squeue-sort.ts";
import { ALL_STATES } from "./states.ts";
import { checkTimeFormat } from "./time-format.ts";
import { checkSqueueNames } from "./unknown-names.ts";
import type { ViewCommand, ViewWorld } from "./view-world.ts";

/** Formats where none is asked for. Source: `_print_job` in src/squeue/squeue.c, 24.05. */
const USUAL =
  "jobarrayid:.18 ,partition:.9 ,name:.8 ,username:.8 ,statecompact:.2 ,timeused:.10 ,numnodes:.6 ,reasonlist:0";
const LONG =
  "jobarrayid:.18 ,partition:.9 ,name:.8 ,username:.8 ,state:.8 ,timeused:.10 ,timelimit:.9 ,numnodes:.6 ,reasonlist:0";
const START = "%.18i %.9P %.8j %.8u %.2t %.19S %.6D %20Y %R";
const STATE_ONLY = "%.18i %.2t";

/** `squeue`: the jobs of this user that have not ended, or as its options say. Exit code 1 when one is not known. */
export const squeue: ViewCommand = async (args, world) => {
  const options = parseOptions(args, {
    command: "squeue",
    options: SQUEUE_OPTIONS,
    hint: 'Try "squeue --help" for more information',
  });
  const { values, rest } = options;
  const text = informed(values);
  if (text !== undefined) {
    world.out(text);
    return 0;
  }
  const jobList = lastValue(options, "jobs") || (values.has("jobs") ? rest[0] : undefined);
  const [extra] = rest.slice(jobList !== undefined && jobList === rest[0] ? 1 : 0);
  if (extra !== undefined)
    throw new SlurmError([
      `squeue: error: Unrecognized option: ${extra}`,
      ...SQUEUE_USAGE.trimEnd().split("\n"),
    ]);
  checkOptions(values);
  checkTimeFormat("squeue", world.env);
  const isArray = values.has("array") || world.env["SQUEUE_ARRAY"] !== undefined;
  const wanted = listOf(jobList)?.map((word) => {
    const id = wantedId(word);
    if (!id) throw slurmError("squeue", `Invalid job id: ${word}`);
    return id;
  });
  const isShown = squeueFilter(options, world);
  sortJobs([], sortOf(options, world), world.now());
  await checkSqueueNames(options, world);

  const jobs = await loadJobs(world);
  const now = world.now();
  const known = stillKnown(jobs, now);
  const [only] = wanted ?? [];
  if (wanted?.length === 1 && !known.some(({ id }) => id === only?.id))
    throw new SlurmError(["slurm_load_jobs error: Invalid job id specified"]);
  const found = (wanted ? rowsWanted(known, wanted) : known).filter(isShown);
  if (values.has("json")) {
    world.out(jobsJson(eachTask(found), "squeue", args, world));
    return 0;
  }
  const { columns, unknown } = formatOf(options, world, isArray);
  for (const name of unknown)
    world.err(`squeue: error: Invalid job format specification: ${name}\n`);
  const hasHeader = !values.has("noheader");
  if (hasHeader && (values.has("long") || values.has("verbose"))) world.out(`${slurmDate(now)}\n`);
  if (hasHeader) world.out(`${headerLine(columns)}\n`);
  const sorted = sortJobs(found, sortOf(options, world), now);
  world.out(
    (isArray ? eachTask(sorted) : sorted).map((job) => `${rowLine(columns, job)}\n`).join(""),
  );
  return 0;
};

/** The text of options that ask about the command alone. */
function informed(values: ParsedOptions["values"]): string | undefined {
  if (values.has("version")) return `${SLURM_VERSION}\n`;
  if (values.has("help")) return squeueHelp();
  if (values.has("usage")) return SQUEUE_USAGE;
  if (values.has("helpstate")) return `${ALL_STATES.join("\n")}\n`;
  if (values.has("helpformat")) return helpFormat();
  return values.has("helpFormat") ? helpLongFormat() : undefined;
}

function checkOptions(values: ParsedOptions["values"]): void {
  if (values.has("format") && values.has("Format")) {
    const isShortFirst =
      [...values.keys()].indexOf("format") < [...values.keys()].indexOf("Format");
    const [one, other] = isShortFirst
      ? ["-O (--Format)", "-o (--format)"]
      : ["-o (--format)", "-O (--Format)"];
    throw slurmError("squeue", `${one} is incompatible with ${other}`);
  }
  if (values.has("long") && values.has("format"))
    throw new SlurmError([
      "squeue: fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
    ]);
}

function sortOf(options: ParsedOptions, { env }: ViewWorld): string | undefined {
  return (
    lastValue(options, "sort") ??
    env["SQUEUE_SORT"] ??
    (options.values.has("start") ? "S" : undefined)
  );
}

/** The format by options and environment. */
function formatOf(options: ParsedOptions, world: ViewWorld, isArray: boolean): Format<SlurmJob> {
  const { values } = options;
  const fields = squeueFields({
    now: world.now(),
    noConvert: values.has("noconvert"),
    expandsPatterns: values.has("expand-patterns"),
    hasLongIds: isArray || world.env["SLURM_BITSTR_LEN"] !== undefined,
  });
  const short = lastValue(options, "format");
  const long = lastValue(options, "Format");
  if (short !== undefined) return readFormat(short, fields);
  if (long !== undefined) return readLongFormat(long, fields);
  if (values.has("start")) return readFormat(START, fields);
  if (values.has("long")) return readLongFormat(LONG, fields);
  const { SQUEUE_FORMAT: byEnvironment, SQUEUE_FORMAT2: longByEnvironment } = world.env;
  if (byEnvironment !== undefined) return readFormat(byEnvironment, fields);
  if (longByEnvironment !== undefined) return readLongFormat(longByEnvironment, fields);
  return values.has("only-job-state")
    ? readFormat(STATE_ONLY, fields)
    : readLongFormat(USUAL, fields);
}

/** The command of this name, with the real world. */
export const run = inView(squeue);
