import type { SbatchOptions } from "./args.ts";
import { slurmError } from "./slurm-error.ts";

/** Options of sbatch whose value is more than handed on: it names files here, or is sent as text. */
const AS_TEXT = ["chdir", "dependency", "error", "export", "input", "output"];

/**
 * Refuses, of a script that is not UTF-8, options whose value must be text and is none.
 *
 * @throws SlurmError that names the option
 */
export function checkUtf8({ given, inScript, cloud }: SbatchOptions): void {
  const values = [
    ...AS_TEXT.map((name) => [name, given.get(name) ?? inScript.get(name)] as const),
    // Of a line for another system; one of an #SBATCH line stays there.
    ["job-name", given.get("job-name")] as const,
    ["cloud-prefix", given.get("cloud-prefix")] as const,
    ...Object.entries(cloud).flatMap(([name, all]) =>
      all.map((value) => [`cloud-${name}`, value] as const),
    ),
  ];
  const found = values.find(([, value]) => value?.includes("\ufffd"));
  if (found)
    throw slurmError(
      "sbatch",
      `--${found[0]}: its value in the script is not UTF-8: write that line in UTF-8, or give the option on the command line`,
    );
}
