import { readFileSync, writeFileSync } from "node:fs";

/** Writes `export NAME='value'` lines that any POSIX shell can source. */
export function writeEnvFile(file: string, env: Readonly<Record<string, string>>): void {
  const lines = Object.entries(env).map(
    ([name, value]) => `export ${name}=${shellQuoted(value)}\n`,
  );
  writeFileSync(file, lines.join(""));
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

function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
