import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import type { SlurmCommandOptions } from "../../../../headnode/slurm/command.ts";
import { Launcher } from "../../../../headnode/slurm/launcher.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { shippedLauncher } from "../../../support/shipped-launcher.ts";
import { slurmCommandContract } from "../../../support/slurm-command-contract.ts";
import { slurmProgram } from "../../../support/slurm-program.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const env = { PATH: "/usr/bin:/bin" };
let program = "";
const made: Launcher[] = [];

beforeAll(async () => {
  program = await shippedLauncher(temporaryFolder());
});
afterEach(() => {
  for (const launcher of made.splice(0)) launcher.end();
});

/** A launcher that takes commands, and a promise of its end. */
async function start(settings: SlurmCommandOptions) {
  let onEnd: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (onEnd = resolve));
  const launcher = new Launcher({ program, settings, onEnd });
  made.push(launcher);
  await waitUntil("it is ready", () => launcher.isReady || undefined, { deadline: 10_000 });
  return { launcher, ended };
}

slurmCommandContract(async (settings) => {
  const { launcher } = await start(settings);
  return (name, args, options = {}) => launcher.run(name, args, options);
});

test("it is another process that starts the command, and it has none of the agent's variables", async () => {
  process.env.OF_THE_CALLER = "secret";
  const bin = slurmProgram("sbatch", "echo $PPID; cat /proc/$PPID/environ");
  const { launcher } = await start({ bin, env, openFiles: 123 });
  delete process.env.OF_THE_CALLER;
  const { stdout } = await launcher.run("sbatch", [], {});
  expect(stdout).toMatch(new RegExp(`^${launcher.account.pid}\\n`));
  expect(launcher.account.pid).not.toBe(process.pid);
  expect(stdout).not.toMatch(/secret/);
  expect(launcher.account).toMatchObject({ commands: 1, cpuSeconds: expect.any(Number) });
  expect(launcher.account.cpuSeconds).toBeGreaterThan(0);
});

test("when it is killed, nothing is said to be known of its commands; those that had ended have their results", async () => {
  const started = join(temporaryFolder(), "started");
  const bin = slurmProgram("sbatch", `[ -z "$1" ] || exit 3; : >${started}; exec sleep 600`);
  const { launcher, ended } = await start({ bin, env, openFiles: 123 });
  expect((await launcher.run("sbatch", ["x"], {})).code).toBe(3);
  const stop = new AbortController();
  const lost = expect(launcher.run("sbatch", [""], { signal: stop.signal })).rejects.toMatchObject({
    code: "slurm",
    message: expect.stringMatching(/^it is not known whether sbatch has run/),
  });
  expect(launcher.isIdle).toBe(false);
  await waitUntil("it runs", () => existsSync(started) || undefined, { deadline: 10_000 });
  process.kill(launcher.account.pid ?? 0, "SIGKILL");
  await lost;
  await ended;
  expect(launcher.isReady).toBe(false);
  expect(launcher.isIdle).toBe(true);
  // Nobody is there to be told.
  stop.abort();
  await expect(launcher.run("sbatch", ["x"], {})).rejects.toMatchObject({ code: "slurm" });
});

test("one that stands still is killed some time after its commands should have ended", async () => {
  const bin = slurmProgram("sbatch", "exit 0");
  const { launcher, ended } = await start({ bin, env, openFiles: 123 });
  const running = launcher.run("sbatch", [], { timeoutMs: -9_500 });
  const lost = expect(running).rejects.toMatchObject({ code: "slurm" });
  process.kill(launcher.account.pid ?? 0, "SIGSTOP");
  await lost;
  await ended;
});

test("a program that ends at once is never ready", async () => {
  const broken = join(temporaryFolder(), "broken.cjs");
  writeFileSync(broken, "process.exit(1);");
  const ended = new Promise<Launcher>((onEnd) => {
    const settings = { bin: undefined, env, openFiles: 123 };
    made.push(new Launcher({ program: broken, settings, onEnd }));
  });
  expect((await ended).isReady).toBe(false);
});
