import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** How a program ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, with this environment alone. */
export async function runProgram(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = "/",
): Promise<Ended> {
  const child = spawn(command, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, stdout, stderr };
}

/** Path of a file in dist/machines/. */
export function built(name: string): string {
  return fileURLToPath(new URL(`../../dist/machines/${name}`, import.meta.url));
}
