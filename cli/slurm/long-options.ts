import type { sbatchMetadata, sbatchOptions } from "../../protocol/sbatch-options.ts";
import type { quoted, SbatchOptions, withoutOptions } from "./args.ts";
import type { Plan } from "./plan.ts";
import { slurmError } from "./slurm-error.ts";

/** Lines of other systems, whose options count before those of `#SBATCH` lines. Seen on 22.05. */
const FOREIGN = /^#(?:PBS|BSUB)/m;

/** Room, and functions of files that are loaded anyway: this one, which is seldom needed, loads none of them. */
interface Means {
  room: number;
  metadata: typeof sbatchMetadata;
  check: typeof sbatchOptions;
  without: typeof withoutOptions;
  quoted: typeof quoted;
}

/**
 * A plan whose options take no more than so many bytes as metadata: the longest ones go into a line of the script behind its
 * first one, and are taken out of its other lines, where later ones would count before them.
 *
 * @param by.room bytes
 * @throws CloudSubmitError, SlurmError for an option that cannot be handed on
 */
export function withLongInScript(
  plan: Plan,
  { given, inScript, foreign }: SbatchOptions,
  by: Means,
): Plan {
  const options = by.check(plan.options);
  const moved: { name: string; value?: string | undefined }[] = [];
  while (options.length > 0 && by.metadata(options).length > by.room) {
    const sizes = options.map((option) => by.metadata([option]).length);
    const [long = ""] = options.splice(sizes.indexOf(Math.max(...sizes)), 1);
    const [, name = "", value] = /^--([^=]+)(?:=(.*))?$/s.exec(long) ?? [];
    // The script says it by itself.
    if (value === undefined || foreign?.get(name) !== value) moved.push({ name, value });
  }
  if (moved.length === 0) return { ...plan, options };
  const names = new Set(moved.map(({ name }) => name));
  const isIgnored = given.has("ignore-pbs") || inScript.has("ignore-pbs");
  if (!isIgnored && FOREIGN.test(plan.script))
    throw slurmError(
      "sbatch",
      `--${[...names].join(", --")}: too long beside #PBS or #BSUB lines, which would count before it: give --ignore-pbs, or write #SBATCH lines in their place`,
    );
  const [first = "", ...rest] = by.without(plan.script, names).split("\n");
  const line = Buffer.from(`#SBATCH ${moved.map(by.quoted).join(" ")}`).toString(plan.encoding);
  return { ...plan, options, script: [first, line, ...rest].join("\n") };
}
