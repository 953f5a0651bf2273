import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "@jest/globals";
import { type Ended, inCheckout, runTool } from "./local-cloud.ts";

let installed: Promise<string> | undefined;
let folder: string | undefined;
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Where the package is installed, as a user installs it: from the tarball, without a registry. */
export function installedPackage(): Promise<string> {
  installed ??= install();
  return installed;
}

async function install(): Promise<string> {
  folder = mkdtempSync(join(tmpdir(), "cloud-submit-installed-"));
  const home = join(folder, "home");
  mkdirSync(home);
  await done("npm", ["pack", "--silent", "--pack-destination", folder], inCheckout());
  const tarball = join(folder, "cloud-submit-0.1.0.tgz");
  // Nothing may be fetched, and nothing run.
  const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  await done("npm", ["install", ...flags, "--prefix", home, tarball], home);
  return join(home, "node_modules", "cloud-submit");
}

async function done(command: string, args: string[], cwd: string): Promise<void> {
  const { code, stderr, stdout } = await runTool(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
}

/** The command as npm puts it on the PATH. */
async function installedCommand(): Promise<string> {
  return join(await installedPackage(), "..", ".bin", "cloud-submit");
}

/** Runs the installed command line. */
export async function cli(args: string[], cwd?: string): Promise<Ended> {
  return runTool(await installedCommand(), args, cwd);
}

/** Runs it on a terminal, and types `keys` once the screen has shown `pattern`. */
export async function cliOnTerminal(
  args: string[],
  pattern: string,
  keys: string,
): Promise<{ code: number | null; screen: string }> {
  const driver = inCheckout("test/support/pty-driver.py");
  const command = await installedCommand();
  const { code, stdout, stderr } = await runTool("python3", [
    driver,
    pattern,
    keys,
    command,
    ...args,
  ]);
  if (stderr !== "") throw new Error(stderr);
  return { code, screen: stdout };
}
