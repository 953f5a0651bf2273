import { chmodSync, existsSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { slurmCommand } from "../../../../headnode/slurm/command.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const env = { PATH: "/usr/bin:/bin" };

/** The commands in a folder, with an environment. */
const commands = (bin: string | undefined, of: Record<string, string> = env) =>
  slurmCommand({ bin, env: of, openFiles: 123 });

/** A folder with one program that is a script. */
function program(name: string, script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

test("passes each argument as it is, and runs no shell over them", async () => {
  const bin = program("sbatch", `for argument; do printf '<%s>\\n' "$argument"; done`);
  const args = ["--comment=a b", "$(id)", "`id`", "; exit 9", "*", ""];
  expect(await commands(bin)("sbatch", args)).toEqual({
    code: 0,
    stdout: args.map((one) => `<${one}>\n`).join(""),
    stderr: "",
    output: args.map((one) => `<${one}>\n`).join(""),
  });
});

test("tells what came on which stream, in the order of both, and how it ended", async () => {
  const bin = program(
    "squeue",
    "echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three; exit 3",
  );
  expect(await commands(bin)("squeue", [])).toEqual({
    code: 3,
    stdout: "one\nthree\n",
    stderr: "two\n",
    output: "one\ntwo\nthree\n",
  });
});

test("characters that come in two pieces are put together again", async () => {
  const bin = program("squeue", "printf '\\303'; sleep 0.05; printf '\\251\\n'");
  expect((await commands(bin)("squeue", [])).stdout).toBe("é\n");
});

test("the command sees the given environment and nothing of the agent's own", async () => {
  process.env.CLOUD_SUBMIT_TEST_SECRET = "secret";
  const bin = program("env", "exec /usr/bin/env");
  const { stdout } = await commands(bin, { ...env, SLURM_CONF: "/x" })("env", []);
  delete process.env.CLOUD_SUBMIT_TEST_SECRET;
  expect(stdout).toMatch(/^SLURM_CONF=\/x$/m);
  expect(stdout).not.toMatch(/secret/);
});

test("runs in the given folder", async () => {
  const folder = realpathSync(temporaryFolder());
  const bin = program("sbatch", "pwd -P");
  expect(await commands(bin)("sbatch", [], { cwd: folder })).toMatchObject({
    stdout: `${folder}\n`,
  });
});

test("without a folder of its own, the command is looked for on the PATH that it is given", async () => {
  const bin = program("scancel", "echo found");
  const PATH = `${bin}:/usr/bin:/bin`;
  expect(await commands(undefined, { PATH })("scancel", [])).toMatchObject({
    stdout: "found\n",
  });
});

test("stdin is empty: nothing waits for somebody to type", async () => {
  const bin = program("sbatch", "cat; echo end");
  expect(await commands(bin)("sbatch", [])).toMatchObject({ code: 0, stdout: "end\n" });
});

test("a command that hangs is killed; it has no exit code, and what it said is kept", async () => {
  const said = join(temporaryFolder(), "said");
  const bin = program("sbatch", `echo waiting; : >${said}; exec sleep 600`);
  const done = await commands(bin)("sbatch", [], { timeoutMs: 300 });
  expect(done).toMatchObject({ code: null, stdout: "waiting\n" });
});

test("of a command that prints without end only so much is kept, and it is read to its end", async () => {
  const bin = program("scontrol", "head -c 40000000 /dev/zero | tr '\\0' x; exit 7");
  for (const [outputMax, mib] of [
    [undefined, 16],
    [32 << 20, 32],
  ] as const) {
    const { code, stdout, output } = await commands(bin)("scontrol", [], {
      ...(outputMax && { outputMax }),
    });
    expect(code).toBe(7);
    expect(stdout.length).toBeGreaterThanOrEqual(mib * 1024 * 1024);
    expect(stdout.length).toBeLessThan((mib + 1) * 1024 * 1024);
    expect(output.length).toBe(stdout.length);
  }
});

test.each<[string, (folder: string) => void, RegExp]>([
  ["is missing", () => undefined, /sbatch cannot be run: .*ENOENT/],
  ["is a folder", (folder) => mkdirSync(join(folder, "sbatch")), /sbatch cannot be run: .*EACCES/],
])("a command that %s is an error of ours that names it", async (_name, make, message) => {
  const folder = temporaryFolder();
  make(folder);
  await expect(commands(folder)("sbatch", [])).rejects.toMatchObject({
    code: "internal",
    message: expect.stringMatching(message),
  });
});

test("has the soft limit of open files that a login has, not the one of Node.js", async () => {
  const bin = program("sbatch", 'ulimit -S -n; ulimit -H -n; printf "<%s>" "$@"');
  const [own, hard] = (await commands(bin)("sbatch", [])).stdout.split("\n");
  expect(own).toBe(hard);
  const args = ["$(id)", "a b", "", "'"];
  expect((await commands(bin)("sbatch", args, { asLogin: true })).stdout).toBe(
    `123\n${hard}\n${args.map((one) => `<${one}>`).join("")}`,
  );
});

test("a command can be ended from outside; what it has printed is kept", async () => {
  const said = join(temporaryFolder(), "said");
  const bin = program("sbatch", `echo waiting; : >${said}; exec sleep 600`);
  const stop = new AbortController();
  const done = commands(bin)("sbatch", [], { signal: stop.signal, asLogin: true });
  await waitUntil("it has printed", () => existsSync(said) || undefined, { deadline: 5000 });
  stop.abort();
  expect(await done).toMatchObject({ code: null, stdout: "waiting\n" });
});
