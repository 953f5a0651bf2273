import { isUtf8 } from "node:buffer";
import { accessSync, constants } from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";
import { readSmallFile } from "../../bucket/disk/read-small-file.ts";
import { SlurmError, slurmError } from "./slurm-error.ts";

/** A job script as sbatch was given it. */
export interface GivenScript {
  /** For what is read of it: bytes that are not UTF-8 are U+FFFD. */
  text: string;
  /** One that is not UTF-8, with a character for each byte (latin1): what is sent is made of this. */
  raw?: string | undefined;
  /** Its absolute path; undefined: it came from stdin, or is that of --wrap. */
  path?: string | undefined;
  /** The name of a job that has no other: the script's; `sbatch` from stdin, `wrap`. */
  name: string;
}

/** Slurm takes no longer ones. Source: slurm.conf(5), max_script_size. */
const SCRIPT_MAX_BYTES = 4 << 20;

/** The script of --wrap. Source: sbatch 22.05. */
export function wrapped(command: string): GivenScript {
  const text = `#!/bin/sh\n# This script was created by sbatch --wrap.\n\n${command}\n`;
  return { text, name: "wrap" };
}

/** A script that came from stdin. @throws SlurmError when it is none */
export function scriptFromInput(bytes: Buffer): GivenScript {
  return { ...textsOf(bytes), name: "sbatch" };
}

/**
 * Reads a script: a path, or a name that is looked for in the working folder and then on PATH.
 *
 * @throws SlurmError in the words of sbatch when it cannot be read, or is none
 */
export function readScript(given: string, cwd: string, env: NodeJS.ProcessEnv): GivenScript {
  const path = findScript(given, cwd, env);
  let bytes: Buffer;
  try {
    bytes = readSmallFile(path, SCRIPT_MAX_BYTES);
  } catch {
    throw slurmError("sbatch", `Unable to open file ${given}`);
  }
  return { ...textsOf(bytes), path, name: basename(given) };
}

function findScript(given: string, cwd: string, env: NodeJS.ProcessEnv): string {
  const here = resolve(cwd, given);
  if (given.includes("/") || isReadable(here)) return here;
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(resolve(cwd, folder), given)).find(isReadable) ?? here;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function textsOf(bytes: Buffer): Pick<GivenScript, "text" | "raw"> {
  const text = bytes.toString();
  check(text);
  return isUtf8(bytes) ? { text } : { text, raw: bytes.toString("latin1") };
}

/** Refuses what sbatch refuses, in its words. Source: sbatch 22.05. */
function check(text: string): void {
  if (text === "") throw slurmError("sbatch", "Batch script is empty!");
  if (text.trim() === "") throw slurmError("sbatch", "Batch script contains only whitespace!");
  if (!text.startsWith("#!"))
    throw lines(
      "This does not look like a batch script.  The first",
      "line must start with #! followed by the path to an interpreter.",
      "For instance: #!/bin/sh",
    );
  if (text.includes("\r\n"))
    throw lines(
      "Batch script contains DOS line breaks (\\r\\n)",
      "instead of expected UNIX line breaks (\\n).",
    );
  if (text.includes("\0"))
    throw lines("The Slurm controller does not allow scripts that", "contain a NULL character.");
}

function lines(...all: string[]): SlurmError {
  return new SlurmError(all.map((line) => `sbatch: error: ${line}`));
}
