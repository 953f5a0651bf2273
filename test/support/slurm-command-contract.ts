import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { SlurmCommand, SlurmCommandOptions } from "../../headnode/slurm/command.ts";
import { waitUntil } from "../../local/wait-until.ts";
import { slurmProgram } from "./slurm-program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const env = { PATH: "/usr/bin:/bin" };

/** The suite of what the agent relies on when it runs Slurm's commands, in whatever way. */
export function slurmCommandContract(
  make: (settings: SlurmCommandOptions) => SlurmCommand | Promise<SlurmCommand>,
): void {
  /** The commands in a folder, with an environment. */
  const commands = (bin: string | undefined, of: Record<string, string> = env) =>
    make({ bin, env: of, openFiles: 123 });

  test("passes each argument as it is, and runs no shell over them", async () => {
    const bin = slurmProgram("sbatch", `for argument; do printf '<%s>\\n' "$argument"; done`);
    const args = [
      "--comment=a b",
      "$(id)",
      "`id`",
      "; exit 9",
      "*",
      "",
      "two\nlines\r\n",
      "'\"\\",
      "ジョブ é 🚀",
      "\u2028",
    ];
    expect(await (await commands(bin))("sbatch", args)).toEqual({
      code: 0,
      stdout: args.map((one) => `<${one}>\n`).join(""),
      stderr: "",
      output: args.map((one) => `<${one}>\n`).join(""),
    });
  });

  test("tells what came on which stream, in the order of both, and how it ended", async () => {
    const bin = slurmProgram(
      "squeue",
      "echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three; exit 3",
    );
    expect(await (await commands(bin))("squeue", [])).toEqual({
      code: 3,
      stdout: "one\nthree\n",
      stderr: "two\n",
      output: "one\ntwo\nthree\n",
    });
  });

  test("characters that come in two pieces are put together again", async () => {
    const bin = slurmProgram("squeue", "printf '\\303'; sleep 0.05; printf '\\251\\n'");
    expect((await (await commands(bin))("squeue", [])).stdout).toBe("é\n");
  });

  test("the command sees the given environment and nothing of the agent's own", async () => {
    process.env.OF_THE_CALLER = "secret";
    const bin = slurmProgram("env", "exec /usr/bin/env");
    const { stdout } = await (await commands(bin, { ...env, SLURM_CONF: "/x" }))("env", []);
    delete process.env.OF_THE_CALLER;
    expect(stdout).toMatch(/^SLURM_CONF=\/x$/m);
    expect(stdout).not.toMatch(/secret/);
  });

  test("runs in the given folder", async () => {
    const folder = realpathSync(temporaryFolder());
    const bin = slurmProgram("sbatch", "pwd -P");
    expect(await (await commands(bin))("sbatch", [], { cwd: folder })).toMatchObject({
      stdout: `${folder}\n`,
    });
  });

  test("without a folder of its own, the command is looked for on the PATH that it is given", async () => {
    const bin = slurmProgram("scancel", "echo found");
    const PATH = `${bin}:/usr/bin:/bin`;
    expect(await (await commands(undefined, { PATH }))("scancel", [])).toMatchObject({
      stdout: "found\n",
    });
  });

  test("stdin is empty: nothing waits for somebody to type", async () => {
    const bin = slurmProgram("sbatch", "cat; echo end");
    expect(await (await commands(bin))("sbatch", [])).toMatchObject({ code: 0, stdout: "end\n" });
  });

  test("a command that hangs is killed; it has no exit code, and what it said is kept", async () => {
    const said = join(temporaryFolder(), "said");
    const bin = slurmProgram("sbatch", `echo waiting; : >${said}; exec sleep 600`);
    const done = await (await commands(bin))("sbatch", [], { timeoutMs: 300 });
    expect(done).toMatchObject({ code: null, stdout: "waiting\n" });
  });

  test("of a command that prints without end only so much is kept, and it is read to its end", async () => {
    const bin = slurmProgram("scontrol", "head -c 40000000 /dev/zero | tr '\\0' x; exit 7");
    const { code, stdout, output } = await (await commands(bin))("scontrol", []);
    expect(code).toBe(7);
    expect(stdout.length).toBeGreaterThanOrEqual(16 * 1024 * 1024);
    expect(stdout.length).toBeLessThan(17 * 1024 * 1024);
    expect(output.length).toBe(stdout.length);
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    ["is missing", () => undefined, /sbatch cannot be run: .*ENOENT/],
    [
      "is a folder",
      (folder) => mkdirSync(join(folder, "sbatch")),
      /sbatch cannot be run: .*EACCES/,
    ],
  ])("a command that %s is an error of ours that names it", async (_name, make, message) => {
    const folder = temporaryFolder();
    make(folder);
    await expect((await commands(folder))("sbatch", [])).rejects.toMatchObject({
      code: "internal",
      message: expect.stringMatching(message),
    });
  });

  test("has the soft limit of open files that a login has, not the one of Node.js", async () => {
    const bin = slurmProgram("sbatch", 'ulimit -S -n; ulimit -H -n; printf "<%s>" "$@"');
    const [own, hard] = (await (await commands(bin))("sbatch", [])).stdout.split("\n");
    expect(own).toBe(hard);
    const args = ["$(id)", "a b", "", "'"];
    expect((await (await commands(bin))("sbatch", args, { asLogin: true })).stdout).toBe(
      `123\n${hard}\n${args.map((one) => `<${one}>`).join("")}`,
    );
  });

  test("a command can be ended from outside; what it has printed is kept", async () => {
    const said = join(temporaryFolder(), "said");
    const bin = slurmProgram("sbatch", `echo waiting; : >${said}; exec sleep 600`);
    const stop = new AbortController();
    const done = (await commands(bin))("sbatch", [], { signal: stop.signal, asLogin: true });
    await waitUntil("it has printed", () => existsSync(said) || undefined, { deadline: 5000 });
    stop.abort();
    expect(await done).toMatchObject({ code: null, stdout: "waiting\n" });
  });

  test("commands that run at the same time have each their own result", async () => {
    const bin = slurmProgram("sbatch", 'echo "$1"; exit "$2"');
    const run = await commands(bin);
    const all = Array.from({ length: 40 }, (_, code) => run("sbatch", [`job ${code}`, `${code}`]));
    expect(await Promise.all(all)).toEqual(
      all.map((_, code) => {
        const output = `job ${code}\n`;
        return { code, stdout: output, stderr: "", output };
      }),
    );
  });

  test("variables of one command are added to those that all get", async () => {
    const run = await commands(slurmProgram("squeue", 'echo "$A $B"'), { ...env, A: "a" });
    expect((await run("squeue", [], { env: { B: "ü\nb" } })).stdout).toBe("a ü\nb\n");
    expect((await run("squeue", [])).stdout).toBe("a \n");
  });
}
