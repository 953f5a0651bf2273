import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { launched } from "../../../../headnode/slurm/launched.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { shippedLauncher } from "../../../support/shipped-launcher.ts";
import { slurmProgram } from "../../../support/slurm-program.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const env = { PATH: "/usr/bin:/bin" };
let program = "";

beforeAll(async () => {
  program = await shippedLauncher(temporaryFolder());
});

/** Runs commands that print the pid of who started them, after a pause that a file ends; and what is logged. */
function scene({ restMs, broken }: { restMs?: number; broken?: boolean } = {}) {
  const folder = temporaryFolder();
  const bin = slurmProgram(
    "sbatch",
    `case $1 in /*) : >"$1-runs"; while [ ! -e "$1" ]; do sleep 0.02; done ;; slow) sleep 1.5 ;; esac; echo $PPID`,
  );
  const brokenProgram = join(folder, "broken.cjs");
  writeFileSync(brokenProgram, "process.exit(1);");
  const logged: { level: string; message: string; fields: object | undefined }[] = [];
  const run = launched({
    program: broken ? brokenProgram : program,
    settings: { bin, env, openFiles: 123 },
    log: (level, message, fields) => logged.push({ level, message, fields }),
    ...(restMs !== undefined && { restMs }),
  });
  const startedBy = async (until = "", takesOutput = false) => {
    let taken = "";
    const onStdout = (printed: Buffer) => void (taken += printed.toString());
    const { stdout } = await run("sbatch", [until], { ...(takesOutput && { onStdout }) });
    return Number(takesOutput ? taken : stdout);
  };
  /** So many commands that run at the same time, and go on when told to. */
  const together = async (count: number) => {
    const files = Array.from({ length: count }, (_, at) => join(folder, `${at}`));
    const all = files.map((file) => startedBy(file));
    for (const file of files) await ran(file);
    return {
      all,
      end: () => {
        for (const file of files) writeFileSync(file, "");
        return Promise.all(all);
      },
    };
  };
  const ran = (file: string) =>
    waitUntil(`${file} runs`, () => existsSync(`${file}-runs`) || undefined, { deadline: 10_000 });
  /** Until a launcher starts the commands; its pid. */
  const launcher = () =>
    waitUntil(
      "a launcher starts commands",
      async () => {
        const pid = await startedBy();
        return pid === process.pid ? undefined : pid;
      },
      { deadline: 10_000 },
    );
  const said = (message: RegExp) =>
    waitUntil(`${message} is logged`, () => logged.find((line) => message.test(line.message)), {
      deadline: 10_000,
    });
  return { startedBy, together, launcher, said, logged, folder, ran };
}

test("few commands at a time are started directly, and no process is there besides", async () => {
  const { startedBy, together, logged } = scene({ restMs: 1 });
  const two = await together(2);
  expect(await two.end()).toEqual([process.pid, process.pid]);
  for (let one = 0; one < 5; one++) expect(await startedBy()).toBe(process.pid);
  expect(logged).toEqual([]);
});

test("with many, a launcher starts those that follow, until they rest; then it ends, and the next many have another", async () => {
  const { startedBy, together, launcher, said, logged } = scene({ restMs: 1000 });
  const three = await together(3);
  const pid = await launcher();
  // Not what may print more than is carried well.
  expect(await startedBy("", true)).toBe(process.pid);
  await three.end();
  const { fields } = await said(/^launcher ended$/);
  expect(fields).toMatchObject({ pid, cpuSeconds: expect.any(Number) });
  expect(await startedBy()).toBe(process.pid);
  logged.length = 0;
  const more = await together(3);
  expect(await launcher()).not.toBe(pid);
  await more.end();
  await said(/^launcher ended$/);
});

test("a command that takes long keeps its launcher", async () => {
  const { startedBy, together, launcher, said, logged, folder, ran } = scene({ restMs: 1000 });
  const three = await together(3);
  const pid = await launcher();
  const long = join(folder, "long");
  const running = startedBy(long);
  await ran(long);
  await three.end();
  // Longer than its rest, and not by it.
  expect(await startedBy("slow", true)).toBe(process.pid);
  expect(logged).toEqual([]);
  writeFileSync(long, "");
  expect(await running).toBe(pid);
  await said(/^launcher ended$/);
});

test("when the launcher is lost, its commands fail, and those after it are started directly", async () => {
  const { startedBy, together, launcher, said, logged, folder, ran } = scene();
  const three = await together(3);
  const pid = await launcher();
  const long = join(folder, "long");
  const lost = expect(startedBy(long)).rejects.toMatchObject({ code: "slurm" });
  await ran(long);
  process.kill(pid, "SIGKILL");
  await lost;
  expect(await said(/^launcher lost/)).toMatchObject({ level: "warn", fields: { pid } });
  expect(await three.end()).toEqual([process.pid, process.pid, process.pid]);
  const more = await together(4);
  expect(new Set(await more.end())).toEqual(new Set([process.pid]));
  expect(await startedBy()).toBe(process.pid);
  expect(logged).toHaveLength(1);
  writeFileSync(long, "");
});

test("a launcher that cannot be started costs no command anything", async () => {
  const { together, said } = scene({ broken: true });
  const three = await together(3);
  await said(/^launcher lost/);
  expect(await three.end()).toEqual([process.pid, process.pid, process.pid]);
  expect(new Set(await (await together(5)).end())).toEqual(new Set([process.pid]));
});
