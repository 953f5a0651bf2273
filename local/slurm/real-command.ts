import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { LocalConfig } from "../config.ts";

/** Path of a command of the local cloud's Slurm; undefined when it is not there. */
export function findCommand({ baseEnv }: LocalConfig, name: string): string | undefined {
  const paths = (baseEnv["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name));
  return paths.find((path) => existsSync(path));
}

/** The same. @throws Error when it is not there */
export function realCommand(config: LocalConfig, name: string): string {
  const found = findCommand(config, name);
  if (found === undefined) throw new Error(`there is no ${name} on PATH`);
  return found;
}
