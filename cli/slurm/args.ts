import { directiveLines } from "../../protocol/script-directives.ts";
import { supersededOptions } from "./exclusive-options.ts";
import { type GivenOption, getopt } from "./getopt.ts";
import { environmentOptions } from "./sbatch-environment.ts";
import { CLOUD_TABLE, mainName, SBATCH_TABLE, whyRefused } from "./sbatch-table.ts";
import { SlurmError, slurmError } from "./slurm-error.ts";

/** Lines of a script for this program. */
const CLOUD_MARK = /^#CLOUD(?=\s)/;

/** A call of sbatch. */
export interface SbatchCall {
  /** Of the command line, in their order. */
  options: readonly GivenOption[];
  /** undefined: the script comes from stdin, or by --wrap. */
  script: string | undefined;
  /** The script's arguments. */
  args: readonly string[];
}

/** Reads the command line. @throws SlurmError */
export function sbatchCall(argv: readonly string[]): SbatchCall {
  const { options, words } = getopt("sbatch", argv, SBATCH_TABLE);
  const named = options.map(renamed);
  const [script, ...args] = words;
  if (named.some(({ name }) => name === "wrap") && script !== undefined)
    throw slurmError("sbatch", "Script arguments not permitted with --wrap option");
  return { options: named, script, args };
}

/** All options of a call, from every place. */
export interface SbatchOptions {
  /** Of the command line and the environment, those that count later ones first replaced: each name once. */
  given: ReadonlyMap<string, string | undefined>;
  /** Of the script's `#SBATCH` lines, likewise; those of `given` go before them. */
  inScript: ReadonlyMap<string, string | undefined>;
  /** Those of `given` that may come from lines for another system, which the cluster's sbatch reads again. */
  foreign?: ReadonlyMap<string, string>;
  /** Those of the script that do not count: the environment switches them off, or others have taken their place. */
  dropped: ReadonlySet<string>;
  /** Values of options that may be given several times: of the command line and of `#CLOUD` lines, together. */
  cloud: Readonly<Record<"input" | "results" | "no-results", readonly string[]>>;
}

/**
 * The options that count: those of the command line before those of the environment, and these before the script's.
 *
 * @throws SlurmError for an option of the environment or the script that is none, or for one that is refused
 */
export function sbatchOptionsOf(
  { options }: SbatchCall,
  env: NodeJS.ProcessEnv,
  script: string,
): SbatchOptions {
  const inScript = scriptOptions(script);
  const ours = cloudOptions(script);
  const { on, off } = environmentOptions(env);
  const environment = on.map(renamed);
  const all = [...inScript, ...environment, ...options];
  for (const { name } of all) {
    const why = whyRefused(name);
    if (why !== undefined) throw slurmError("sbatch", `--${name} is not possible here: ${why}`);
  }
  const both = [...ours, ...options];
  const valuesOf = (name: string) =>
    both.flatMap((one) => (one.name === `cloud-${name}` ? (one.value ?? []) : []));
  const given = byName([...ours, ...environment, ...options]);
  const places = new Map([
    ...inScript.filter(({ name }) => !off.includes(name)).map(placed("script")),
    ...environment.map(placed("environment")),
    ...options.map(placed("command line")),
  ]);
  const superseded = supersededOptions(places);
  const dropped = new Set([...off, ...superseded]);
  for (const name of superseded) given.delete(name);
  return {
    given,
    inScript: byName(inScript.filter(({ name }) => !dropped.has(name))),
    dropped,
    cloud: {
      input: valuesOf("input"),
      results: valuesOf("results"),
      "no-results": valuesOf("no-results"),
    },
  };
}

/** The options of a script's `#SBATCH` lines. */
function scriptOptions(script: string): GivenOption[] {
  return directiveLines(script).flatMap(({ words }) => lineOptions(words));
}

function lineOptions(words: readonly string[]): GivenOption[] {
  const { options, words: others } = getopt("sbatch", words, { ...SBATCH_TABLE, anywhere: true });
  const [other] = others;
  if (other !== undefined)
    throw new SlurmError([`sbatch: error: Invalid directive found in batch script: ${other}`]);
  return options.map(renamed);
}

/** Options of `#CLOUD` lines, under the names that they have on the command line. */
function cloudOptions(script: string): GivenOption[] {
  return directiveLines(script, CLOUD_MARK).flatMap(({ at, words }) => {
    const { options, words: others } = getopt("sbatch", words, { ...CLOUD_TABLE, anywhere: true });
    if (others.length > 0)
      throw slurmError("sbatch", `line ${at + 1}: "${others[0]}" is no option of a #CLOUD line`);
    return options.map(({ name, value }) => ({
      name: `cloud-${name === "input-limit" ? "limit" : name}`,
      value,
    }));
  });
}

/**
 * A script without some options of its `#SBATCH` lines: those lines say the rest alone. All other lines, and the number of
 * lines, stay.
 */
export function withoutOptions(script: string, taken: ReadonlySet<string>): string {
  const lines = script.split("\n");
  for (const { at, words } of directiveLines(script)) {
    const options = lineOptions(words);
    const kept = options.filter(({ name }) => !taken.has(name));
    if (kept.length === options.length) continue;
    lines[at] = kept.length === 0 ? "#" : `#SBATCH ${kept.map(quoted).join(" ")}`;
  }
  return lines.join("\n");
}

/** An option as one word of a `#SBATCH` line. A backslash keeps what follows it, also between quotes. */
export function quoted({ name, value }: GivenOption): string {
  const text = value === undefined ? `--${name}` : `--${name}=${value}`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function byName(options: readonly GivenOption[]): Map<string, string | undefined> {
  return new Map(options.map(({ name, value }) => [name, value]));
}

function placed<T extends string>(place: T) {
  return ({ name }: GivenOption) => [name, place] as const;
}

function renamed({ name, value }: GivenOption): GivenOption {
  return { name: mainName(name), value };
}
