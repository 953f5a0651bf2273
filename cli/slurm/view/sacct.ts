import { parseTaskIds } from "../../../protocol/task-ids.ts";
import { printable } from "../../ui/printable.ts";
import { SlurmError } from "../slurm-error.ts";
import { eachTask, rowsWanted, type WantedId } from "./job-ids.ts";
import { jobsJson } from "./jobs-json.ts";
import { loadJobs } from "./load-jobs.ts";
import { lastValue, type ParsedOptions, parseOptions } from "./options.ts";
import { type PrintStyle, printFields } from "./print-fields.ts";
import { inView } from "./real-world.ts";
import { type SacctRow, sacctFields, sacctRows } from "./sacct-fields.ts";
import { sacctFilter } from "./sacct-filter.ts";
import { BRIEF_FIELDS, LONG_FIELDS, readFields, USUAL_FIELDS } from "./sacct-format.ts";
import { SACCT_HELP, SACCT_USAGE } from "./sacct-help.ts";
import { SACCT_OPTIONS } from "./sacct-options.ts";
import { type SlurmJob } from "./slurm-job.ts";
import { SLURM_VERSION } from "./slurm-version.ts";
import { inRows } from "./squeue-help.ts";
import { ALL_STATES } from "./states.ts";
import { checkTimeFormat } from "./time-format.ts";
import { unitOf } from "./units.ts";
import { checkSacctNames } from "./unknown-names.ts";
import type { ViewCommand, ViewWorld } from "./view-world.ts";

/** `sacct`: all jobs that were sent from here by this user, as its options say. Exit code 1 when an option cannot be read. */
export const sacct: ViewCommand = async (args, world) => {
  const options = parseOptions(args, { command: "sacct", options: SACCT_OPTIONS });
  const { values, rest } = options;
  const text = informed(values, world);
  if (text !== undefined) {
    world.out(text);
    return 0;
  }
  if (rest.length > 0)
    throw new SlurmError([
      "sacct: error: Unknown arguments:",
      ...rest.map((word) => `sacct: error:  ${word}`),
    ]);
  if (values.has("long") && values.has("format"))
    throw new SlurmError([
      "sacct: fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
    ]);
  checkTimeFormat("sacct", world.env);
  const wanted = listedIds(values.get("jobs")?.join(","));
  const chosen = sacctFilter(options, wanted !== undefined, world);
  // A format that cannot be read is refused before anything is asked.
  fieldsOf(options, world);
  await checkSacctNames(options, world);
  const loaded = await loadJobs(world);
  const isShown = chosen(world.now());
  const fields = fieldsOf(options, world);
  const jobs = loaded.toSorted(
    (a, b) =>
      a.submittedAt.getTime() - b.submittedAt.getTime() ||
      Number(a.id) - Number(b.id) ||
      firstTask(a) - firstTask(b),
  );
  const found = (wanted ? rowsWanted(jobs, wanted) : jobs).filter(isShown);
  const each = values.has("array") || values.has("json") ? eachTask(found) : found;
  for (const job of new Map(each.map((one) => [one.id, one])).values())
    if (job.notFetched !== undefined)
      world.err(
        `sacct: error: job ${job.id}: its results could not come here: ${printable(job.notFetched)}\n`,
      );
  if (values.has("json")) {
    world.out(jobsJson(each, "sacct", args, world));
    return 0;
  }
  const rows = each.flatMap((job) => chosenRows(job, wanted, !values.has("allocations")));
  world.out(printFields(fields, rows, styleOf(values, options)));
  return 0;
};

function informed(values: ParsedOptions["values"], world: ViewWorld): string | undefined {
  if (values.has("help")) return SACCT_HELP;
  if (values.has("usage")) return SACCT_USAGE;
  if (values.has("version")) return `${SLURM_VERSION}\n`;
  if (values.has("helpstate"))
    return `${ALL_STATES.map((state) => state.toUpperCase()).join("\n")}\n`;
  if (!values.has("helpformat")) return undefined;
  // A space after each: tools make a list for --format of it.
  return inRows(
    sacctFields({ now: world.now(), expandsPatterns: false }).map(({ name }) => name.padEnd(19)),
    4,
    " ",
  );
}

/** An id of `--jobs`, with the step that alone is asked for. */
interface ListedId extends WantedId {
  step?: string;
}

/** `a,b_3,b_[1-4],c.batch`. */
function listedIds(text: string | undefined): ListedId[] | undefined {
  if (text === undefined) return undefined;
  const words = text.match(/[^,[\]]*(?:\[[^\]]*\][^,[\]]*)*/g)?.filter((word) => word !== "") ?? [];
  const ids = words.flatMap((word): ListedId[] => {
    const [, id, one, some, step] =
      /^\s*0*([1-9]\d{0,9})(?:_(\d{1,9})|_\[([^\]]*)\])?(?:\+\d+)?(?:\.(\w+))?\s*$/.exec(word) ??
      [];
    const tasks = some === undefined ? undefined : parseTaskIds(some, 4_000_001);
    if (id === undefined || (some !== undefined && !tasks))
      throw new SlurmError([`sacct: fatal: Bad job/step specified: ${word}`]);
    const more = step === undefined ? {} : { step };
    if (tasks) return [...tasks].map((task) => ({ id, task, ...more }));
    return [{ id, ...(one !== undefined && { task: Number(one) }), ...more }];
  });
  return ids.length > 0 ? ids : undefined;
}

/** The rows of a job: all, or the step alone where only it was asked for. */
function chosenRows(
  job: SlurmJob,
  wanted: readonly ListedId[] | undefined,
  hasSteps: boolean,
): SacctRow[] {
  const rows = sacctRows(job, hasSteps);
  const here = wanted?.filter(({ id }) => id === job.id) ?? [];
  if (here.length === 0 || here.some(({ step }) => step === undefined)) return rows;
  return rows.filter((row) => here.some(({ step }) => step === row.step));
}

function firstTask({ array }: SlurmJob): number {
  return array ? Number(/^\d+/.exec(String(array.tasks))?.[0] ?? 0) : 0;
}

function fieldsOf(options: ParsedOptions, world: ViewWorld) {
  const { values } = options;
  const letter = lastValue(options, "units");
  const unit = letter === undefined ? undefined : unitOf(letter.slice(0, 1));
  if (letter !== undefined && unit === undefined)
    throw new SlurmError(["sacct: fatal: Invalid unit type"]);
  const units = unit ?? (values.has("noconvert") ? ("none" as const) : undefined);
  const all = sacctFields({
    now: world.now(),
    expandsPatterns: values.has("expand-patterns"),
    ...(units !== undefined && { units }),
  });
  const asked = [
    ...(values.get("format") ?? []),
    ...(values.has("brief") ? [BRIEF_FIELDS] : []),
    ...(values.has("long") ? [LONG_FIELDS] : []),
  ];
  const list = asked.length > 0 ? asked.join(",") : (world.env["SACCT_FORMAT"] ?? USUAL_FIELDS);
  return readFields(list, all, "sacct");
}

/** Of `--parsable` and `--parsable2` the last one counts. */
function styleOf(values: ParsedOptions["values"], options: ParsedOptions): PrintStyle {
  const isParsable = values.has("parsable") || values.has("parsable2");
  const names = [...values.keys()];
  return {
    hasHeader: !values.has("noheader"),
    ...(isParsable && {
      delimiter: lastValue(options, "delimiter") ?? "|",
      endsWithDelimiter: names.indexOf("parsable") > names.indexOf("parsable2"),
    }),
  };
}

/** The command of this name, with the real world. */
export const run = inView(sacct);
