// Runs the steps of setup.mjs, each with a line about it. No dependencies.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Prints one line and ends; what to do is part of the line. */
export function stop(line) {
  console.error(line);
  process.exit(1);
}

/** Runs a program on this terminal; returns its exit code. */
export function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: checkout,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (error) stop(`${command}: ${error.message}`);
  return status ?? 1;
}

/**
 * Runs a program while `work` goes on, for programs that wait more than they compute. It prints into a file, which is
 * shown when both have ended.
 *
 * @param {{ command: string, args: string[], env?: Record<string, string>, niceness?: number }} step
 * @param {string} log the file
 * @param {() => number | Promise<number>} work
 * @returns {Promise<number>} the exit code of the first that has failed
 */
export async function runBeside({ command, args, env = {}, niceness = 0 }, log, work) {
  const file = openSync(log, "w");
  const program = spawn(command, args, {
    cwd: checkout,
    stdio: ["ignore", file, file],
    env: { ...process.env, ...env },
  });
  closeSync(file);
  // Programs that it starts have it, too.
  if (program.pid !== undefined) setPriority(program.pid, niceness);
  const ended = new Promise((resolve) => {
    program.once("error", ({ message }) => resolve({ message }));
    program.once("close", (code) => resolve({ code }));
  });
  const code = await work();
  const { code: own, message } = await ended;
  if (message !== undefined) stop(`${command}: ${message}`);
  process.stdout.write(readFileSync(log));
  return code || (own ?? 1);
}

/** Does something that says nothing: prints what, and how long it took; ends when it fails. */
export function doQuietly(what, work) {
  const began = performance.now();
  process.stdout.write(`setup: ${what} ...`);
  try {
    work();
  } catch (error) {
    console.log(" failed");
    stop(`setup: ${what} failed: ${error.message}`);
  }
  console.log(` ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** Runs a program silently; shows what it printed only when it fails. */
export function runQuietly(what, command, args, env = {}) {
  const began = performance.now();
  process.stdout.write(`setup: ${what} ...`);
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: checkout,
    encoding: "utf8",
    env: { ...process.env, ...env },
    maxBuffer: 64 << 20,
  });
  if (error || status !== 0) {
    console.log(" failed");
    stop(
      `${stdout ?? ""}${stderr ?? ""}setup: ${what} failed (${command} ${args.join(" ")}${error ? `: ${error.message}` : ""})`,
    );
  }
  console.log(` ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** The path of a command; /usr/sbin counts although ordinary users have it not in PATH. */
export function which(command) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
