import { SlurmError, slurmError } from "../slurm-error.ts";
import { compactNodeState, completeState, readCluster } from "./cluster-view.ts";
import {
  type Column,
  type Format,
  headerLine,
  readFormat,
  readLongFormat,
  rowLine,
} from "./columns.ts";
import { nodeList, nodeNames } from "./node-names.ts";
import { lastValue, listOf, type ParsedOptions, parseOptions } from "./options.ts";
import { width } from "./printed.ts";
import { inView } from "./real-world.ts";
import { SINFO_FIELDS, type SinfoRow } from "./sinfo-fields.ts";
import { SINFO_HELP, SINFO_USAGE } from "./sinfo-help.ts";
import { SINFO_OPTIONS } from "./sinfo-options.ts";
import { sinfoRows } from "./sinfo-rows.ts";
import { slurmDate } from "./slurm-time.ts";
import { SLURM_VERSION } from "./slurm-version.ts";
import { inRows } from "./squeue-help.ts";
import type { ViewCommand, ViewWorld } from "./view-world.ts";

/** Formats where none is asked for. Source: `parse_command_line` in src/sinfo/opts.c, 24.05. */
const USUAL = "partition:9 ,available:.5 ,time:.10 ,nodes:.6 ,statecompact:.6 ,nodelist:0";
const LONG =
  "partition:9 ,available:.5 ,time:.10 ,size:.10 ,root:.4 ,oversubscribe:.8 ,groups:.10 ,nodes:.6 ,statelong:.11 ,reservation:.11 ,nodelist:0";
const SUMMARY = "partition:9 ,available:.5 ,time:.10 ,nodeaiot:.16 ,nodelist:0";
const BY_NODE = "nodelist:0 ,nodes:.6 ,partition:.9 ,statecompact:6";
const LONG_BY_NODE =
  "nodelist:0 ,nodes:.6 ,partition:.9 ,statelong:.11 ,cpus:4 ,socketcorethread:.8 ,memory:.6 ,disk:.8 ,weight:.6 ,features:.8 ,reason:20";

/** Least widths of the columns that are as wide as what they hold. Source: src/sinfo/print.c. */
const MIN_WIDTH = 9;

/** States of nodes that may be asked for. */
const STATES =
  "alloc allocated blocked cloud comp completing down drain drained draining drng fail failg failing futr future idle maint mix mixed no_respond npc perfctrs planned power_down powered_down powering_down power_up powering_up reboot_issued reboot_requested resv reserved resume unk unknown plnd".split(
    " ",
  );

/** `sinfo`: partitions and nodes of the cluster, as its agent told of them in its last minute. */
export const sinfo: ViewCommand = async (args, world) => {
  const options = parseOptions(args, {
    command: "sinfo",
    options: SINFO_OPTIONS,
    hint: 'Try "sinfo --help" for more information',
  });
  const { values } = options;
  const text = informed(values);
  if (text !== undefined) {
    world.out(text);
    return 0;
  }
  if (values.has("long") && (values.has("format") || values.has("Format")))
    throw new SlurmError([
      "sinfo: fatal: Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and retry.",
    ]);
  if (values.has("all") && values.has("partition"))
    throw slurmError(
      "sinfo",
      "Conflicting options, -a and -p, specified. Please choose one or the other.",
    );
  const isWantedState = stateFilter(lastValue(options, "states"));
  const wantedNodes = nodesOf(lastValue(options, "nodes"));

  const cluster = await readCluster(world, "slurm_load_partitions");
  const partitions = listOf(lastValue(options, "partition"));
  const wanted = cluster.partitions.filter(
    ({ name }) => partitions === undefined || partitions.includes(name),
  );
  const { columns, unknown } = formatOf(options, world);
  for (const name of unknown)
    world.err(`sinfo: error: Invalid node format specification: ${name}\n`);
  const rows = sinfoRows(wanted, columns, {
    isWanted: (name, state) =>
      isWantedState(state) &&
      (wantedNodes === undefined || wantedNodes.has(name)) &&
      !(values.has("dead") && !state.endsWith("*")) &&
      !(values.has("responding") && state.endsWith("*")),
    byNode: values.has("Node"),
    isExact: values.has("exact"),
    hasEmpty: !values.has("Node"),
  });
  const fitted = isUsual(options, world) ? fit(columns, rows) : columns;
  const hasHeader = !values.has("noheader");
  if (hasHeader && (values.has("long") || values.has("verbose")))
    world.out(`${slurmDate(world.now())}\n`);
  if (hasHeader) world.out(`${headerLine(fitted)}\n`);
  world.out(rows.map((row) => `${rowLine(fitted, row)}\n`).join(""));
  return 0;
};

function informed(values: ParsedOptions["values"]): string | undefined {
  if (values.has("version")) return `${SLURM_VERSION}\n`;
  if (values.has("help")) return SINFO_HELP;
  if (values.has("usage")) return SINFO_USAGE;
  if (values.has("helpstate")) return `${STATES.join("\n")}\n`;
  const shown = SINFO_FIELDS.filter(({ name }) => name !== "Share");
  if (values.has("helpformat"))
    return inRows(
      shown.flatMap(({ letter }) => (letter === undefined ? [] : [`%${letter.padEnd(5)}`])),
      8,
    );
  return values.has("helpFormat")
    ? inRows(
        shown.map(({ name }) => name.padEnd(20)),
        4,
      )
    : undefined;
}

/** Names of states, in small or large letters; "all" and none: every state. */
function stateFilter(text: string | undefined): (state: string) => boolean {
  if (text === undefined || text.toLowerCase() === "all") return () => true;
  const words = (listOf(text.replaceAll("&", ",")) ?? []).map((word) => word.toLowerCase());
  for (const word of words)
    if (!STATES.includes(word)) throw slurmError("sinfo", `Bad state string: "${word}"`);
  return (state) => {
    const [long = ""] = /^[a-z_]+/i.exec(state) ?? [];
    const others = completeState(state).toLowerCase().split("+");
    const known = [
      long,
      compactNodeState(long),
      ...others,
      ...(state.endsWith("*") ? ["no_respond"] : []),
    ];
    return words.some((word) => known.includes(word));
  };
}

function nodesOf(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const names = nodeNames(text);
  if (!names) throw slurmError("sinfo", `Invalid node list: ${text}`);
  return new Set(names);
}

/** Whether a format of sinfo's own is shown: then two columns are as wide as what they hold. */
function isUsual({ values }: ParsedOptions, { env }: ViewWorld): boolean {
  if (values.has("format") || values.has("Format")) return false;
  return env["SINFO_FORMAT"] === undefined || values.has("summarize") || values.has("Node");
}

function formatOf(options: ParsedOptions, { env }: ViewWorld): Format<SinfoRow> {
  const { values } = options;
  const short = lastValue(options, "format");
  const long = lastValue(options, "Format");
  // The one that stands last counts.
  const isLongLast = [...values.keys()].indexOf("Format") > [...values.keys()].indexOf("format");
  if (long !== undefined && isLongLast) return readLongFormat(long, SINFO_FIELDS);
  if (short !== undefined) return readFormat(short, SINFO_FIELDS);
  if (values.has("summarize")) return readLongFormat(SUMMARY, SINFO_FIELDS);
  if (values.has("Node"))
    return readLongFormat(values.has("long") ? LONG_BY_NODE : BY_NODE, SINFO_FIELDS);
  const { SINFO_FORMAT: byEnvironment } = env;
  if (byEnvironment !== undefined) return readFormat(byEnvironment, SINFO_FIELDS);
  return readLongFormat(values.has("long") ? LONG : USUAL, SINFO_FIELDS);
}

function fit(columns: readonly Column<SinfoRow>[], rows: readonly SinfoRow[]): Column<SinfoRow>[] {
  const names = rows.map(({ partition }) => width(partition.name) + (partition.isDefault ? 1 : 0));
  const lists = rows.map((row) => width(nodeList(row.names)));
  const hasNodes = columns[0]?.field?.name === "NodeList";
  return columns.map((column) => {
    if (column.field?.name === "Partition")
      return { ...column, width: Math.max(MIN_WIDTH, ...names) };
    if (hasNodes && column.field?.name === "NodeList")
      return { ...column, width: Math.max(MIN_WIDTH, ...lists) };
    return column;
  });
}

/** The command of this name, with the real world. */
export const run = inView(sinfo);
