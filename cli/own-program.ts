import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { isSea } from "node:sea";

/** How this program is started again. `argv0` is what it is to be called then: a single executable goes by it. */
export interface StartAgain {
  command: string;
  args: string[];
  argv0: string;
}

/** How this program was started; a test passes its own. */
export interface Started {
  argv: readonly string[];
  execPath: string;
  execArgv: readonly string[];
  /** True for a single executable, which has Node.js and the program in one file. */
  single: boolean;
}

/** The name that all of the program's own parts go by. */
const NAME = "cloud-submit";

/**
 * The name that this program was called by, without folder and `.cjs`: `sbatch` through a link of that name, and
 * `cloud-submit` in all other cases, however the file itself is called.
 *
 * @param names the names that mean something
 */
export function calledAs<Name extends string>(
  names: readonly Name[],
  { argv }: Pick<Started, "argv"> = started(),
): Name | typeof NAME {
  // Of a single executable, Node.js gives the name it was called by as the second word, too (Node.js: single-executable-applications).
  const name = basename(argv[1] ?? "");
  return names.find((one) => one === name) ?? NAME;
}

/**
 * How to start this program again, as `cloud-submit` with these arguments, whatever it was called by: with Node.js and a
 * script (installed by npm, through npx, from the archive with Node.js), or as a single executable.
 */
export function startAgain(args: readonly string[], by: Started = started()): StartAgain {
  const { execPath, execArgv, single } = by;
  if (single) return { command: execPath, args: [...args], argv0: NAME };
  return { command: execPath, args: [...execArgv, programFile(by), ...args], argv0: "node" };
}

/** The file that holds this program, links followed: the script, or the single executable. */
export function programFile({ argv, execPath, single }: Started = started()): string {
  return realpathSync(single ? execPath : (argv[1] ?? "."));
}

function started(): Started {
  const { argv, execPath, execArgv } = process;
  return { argv, execPath, execArgv, single: isSea() };
}
