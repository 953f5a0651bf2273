import { readFileSync, writeFileSync } from "node:fs";

/** Further settings of a shell. */
export interface ShellSettings {
  /** Variables that would mean something else. */
  unset?: readonly string[];
  /** A folder of programs to look in after all others. */
  programs?: string;
  /** A folder of programs to look in before all others. */
  programsFirst?: string | undefined;
}

/** Writes `export NAME='value'` lines that any POSIX shell can source. */
export function writeEnvFile(
  file: string,
  env: Readonly<Record<string, string>>,
  { unset = [], programs, programsFirst }: ShellSettings = {},
): void {
  const lines = Object.entries(env).map(([name, value]) => `export ${name}=${shellQuoted(value)}`);
  if (unset.length > 0) lines.push(`unset ${unset.join(" ")}`);
  if (programs !== undefined) {
    const quoted = shellQuoted(programs);
    lines.push(`case ":$PATH:" in *:${quoted}:*) ;; *) export PATH="$PATH":${quoted} ;; esac`);
  }
  if (programsFirst !== undefined) {
    const quoted = shellQuoted(programsFirst);
    lines.push(`case ":$PATH:" in *:${quoted}:*) ;; *) export PATH=${quoted}:"$PATH" ;; esac`);
  }
  writeFileSync(file, `${lines.join("\n")}\n`);
}

/**
 * Reads back what writeEnvFile has written.
 * @throws Error when there is no such file: the local cloud has not been up yet
 */
export function readEnvFile(file: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Error(`${file} is not there; start the local cloud with: npm run local:up`);
  }
  const entries = [...text.matchAll(/^export (\w+)='((?:[^']|'\\'')*)'$/gm)];
  return Object.fromEntries(
    entries.map(([, name = "", value = ""]) => [name, value.replaceAll("'\\''", "'")]),
  );
}

/** The value as one word of a POSIX shell. */
export function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
