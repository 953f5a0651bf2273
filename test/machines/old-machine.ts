import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "@jest/globals";
import { OLD_ROOT } from "../../local/machines/other-machines.mjs";
import { whyNoNetworks } from "../networks/config.ts";
import { type Ended, runProgram } from "./run-program.ts";

/** For what needs an old userland, and mounts: counted as skipped where there can be none. */
export const onOldMachine =
  whyNoNetworks === undefined && existsSync(OLD_ROOT) ? describe : describe.skip;

/** The one folder of the machine that can be written to, seen from outside. */
export const SITE = join(OLD_ROOT, "site");

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr}`);
}

/** Makes an old userland a machine: nothing but /site can be written to. The mounts go with the tests' namespace. */
export function startOldMachine(): void {
  mount("--bind", OLD_ROOT, OLD_ROOT);
  mount("-t", "proc", "proc", join(OLD_ROOT, "proc"));
  mount("--rbind", "/dev", join(OLD_ROOT, "dev"));
  mount("-t", "tmpfs", "tmpfs", SITE);
  mount("-o", "remount,bind,ro", OLD_ROOT);
}

/** Takes the mounts away again, for tests that come after. */
export function stopOldMachine(): void {
  spawnSync("umount", ["--recursive", "--lazy", OLD_ROOT]);
}

/** Runs a program in it, in a folder of it, without HOME and with LANG=C. */
export function onIt(
  command: readonly string[],
  env: Record<string, string> = {},
  folder = "/site",
): Promise<Ended> {
  const inFolder = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", folder];
  return runProgram("/usr/sbin/chroot", [OLD_ROOT, ...inFolder, ...command], {
    PATH: "/usr/bin:/bin",
    LANG: "C",
    ...env,
  });
}
