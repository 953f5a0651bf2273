import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { jobFolder } from "../support/job-folder.ts";
import { cli, eventually, newPrefix, record, runTool, submit } from "../support/local-cloud.ts";

/** Runs a job to its end; its exit code, what was said, its record and its folder. */
async function run(script: string, ...options: string[]) {
  const prefix = newPrefix("text");
  const folder = jobFolder(script);
  const more = options.length === 0 ? [] : ["--", ...options];
  const { code, stdout, stderr } = await cli(["run", folder, "--prefix", prefix, ...more]);
  return { code, said: `${stdout}${stderr}`, record: await record(prefix), folder, prefix };
}

describe("a job that sbatch accepts", () => {
  test.each(["--parsable", "--quiet", "--verbose"])(
    "with %s runs, whatever is printed",
    async (option) => {
      const { code, folder } = await run(`#SBATCH ${option}\necho x > out.txt`);
      expect([code, readFileSync(join(folder, "out.txt"), "utf8")]).toEqual([0, "x\n"]);
    },
  );

  test("with --wait holds up no other, and its own exit code counts", async () => {
    // More than the agent takes steps at a time, each as long as its job.
    const prefixes = Array.from({ length: 34 }, () => newPrefix("wait"));
    const waiting = "#SBATCH --wait\n#SBATCH --hold\nexit 9";
    await Promise.all(prefixes.map((prefix) => submit(prefix, waiting)));
    const { code } = await run("true");
    expect(code).toBe(0);
    await cli(["cancel", ...prefixes]);
    const { code: own } = await run("#SBATCH -W\nexit 9");
    expect(own).toBe(1);
    expect((await cli(["wait", ...prefixes])).code).toBe(5);
  });

  test("has the soft limits of a login", async () => {
    const { folder, record: told } = await run("ulimit -S -n");
    const output = readFileSync(join(folder, told?.output?.[0]?.stdout ?? ""), "utf8");
    expect(output).toBe("1024\n");
  });

  test("runs in its own folder, whatever its script asks for, and that is told", async () => {
    const { code, said, folder, record: told } = await run("#SBATCH --chdir=/tmp\npwd > here");
    expect(code).toBe(0);
    expect(readFileSync(join(folder, "here"), "utf8")).toContain(told?.submission);
    expect(told?.notes).toEqual([{ code: "chdir-not-followed", values: { path: "/tmp" } }]);
    expect(said).toContain('the script sets the working directory "/tmp"');
  });

  test("and that submits another one: both are told of", async () => {
    const { record: told, said } = await run("sbatch --wrap 'sleep 1' --output /dev/null");
    expect(told?.notes).toEqual([
      { code: "jobs-of-its-own", values: { ids: expect.stringMatching(/^\d+$/) } },
    ]);
    expect(said).toContain("other jobs were submitted from its folder");
  });
});

describe("a job that sbatch refuses", () => {
  test.each(["--partition=dns", "--constraint=Socket timed out", "--account=authentication"])(
    "ends at once, with all that sbatch said: %s",
    async (option) => {
      const { code, record: told } = await run("true", option);
      // Without accounting, any account will do.
      if (option.startsWith("--account")) return expect(code).toBe(0);
      expect([code, told?.outcome]).toEqual([3, "submit-failed"]);
      expect(told?.error?.message).toMatch(/^sbatch: error: /);
    },
  );

  test("for a word it does not know names the word, not the way to the manual", async () => {
    const { said, record: told } = await run("#SBATCH --nonsense=dns\ntrue");
    expect(said).toContain("nonsense");
    expect(told?.error?.message).toContain("--help");
  });
});

test("a script with --test-only makes no job, and that is told", async () => {
  const { code, record: told } = await run("#SBATCH --test-only\ntrue");
  expect([code, told?.outcome]).toEqual([3, "submit-failed"]);
  expect(told?.error?.message).toMatch(/^no job: /);
});

test("a name that looks like scontrol's own text changes nothing", async () => {
  const name =
    "a JobState=COMPLETED Reason=None Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:0 ";
  const { code, record: told } = await run(
    `#SBATCH --job-name="${name}"\n#SBATCH --wckey="${name}"\n#SBATCH --mail-user="${name}"\nsleep 1; exit 7`,
  );
  expect(code).toBe(1);
  expect(told).toMatchObject({ outcome: "failed", slurm: { state: "FAILED", exitCode: 7 } });
});

test.each(["-c 2", "--mail-user=x", "--switches=1", "--gres-flags=enforce-binding"])(
  "the output of a job with %s is found",
  async (option) => {
    const { record: told } = await run(`#SBATCH ${option}\necho hi`);
    expect(told?.output).toEqual([{ stdout: expect.stringMatching(/^slurm-\d+\.out$/) }]);
  },
);

test("output files are found as Slurm names them, with every field of a pattern", async () => {
  const { record: told } = await run(
    '#SBATCH -J "a b"\n#SBATCH -o "o-%5j-%x-%%-%s.txt"\n#SBATCH -e "e\\\\%j"\necho hi',
  );
  expect(told?.output).toEqual([
    { stdout: expect.stringMatching(/^o-\d{5}-a b-%-batch\.txt$/), stderr: "e%j" },
  ]);
});

test("a job that renames itself has the output that it began with", async () => {
  const { record: told, prefix } = await run(
    "#SBATCH -J before\n#SBATCH -o %x.out\necho true; echo fake > after.out\nscontrol update jobid=$SLURM_JOB_ID name=after",
  );
  expect(told?.output).toEqual([{ stdout: "before.out" }]);
  expect((await cli(["logs", prefix])).stdout).toBe("true\n");
});

test("a job that changes all that a user may is known to the end", async () => {
  const { record: told } = await run(
    "scontrol update jobid=$SLURM_JOB_ID name=x comment=mine\nsleep 1; exit 8",
  );
  expect(told).toMatchObject({ outcome: "failed", slurm: { exitCode: 8 } });
});

test("a job whose files cannot be opened says that, with Slurm's own numbers", async () => {
  // A folder for its output that is not there will do on 22.05; newer versions make it.
  const { code, said, record: told } = await run("#SBATCH --input=no/such.txt\ntrue");
  expect(code).toBe(1);
  expect(told?.slurm).toMatchObject({ exitCode: 0, signal: 53 });
  expect(said).toContain("usually the folder of its --output");
});

test("a job whose output's folder is missing says so, where Slurm does not make it", async () => {
  const { record: told, prefix, said } = await run("#SBATCH --output=logs/%j.out\necho hi");
  const printed = (await cli(["logs", prefix])).stdout;
  if (told?.outcome === "completed") {
    expect(told.output).toEqual([{ stdout: expect.stringMatching(/^logs\/\d+\.out$/) }]);
    expect(printed).toBe("hi\n");
    return;
  }
  expect(told?.slurm).toMatchObject({ exitCode: 0, signal: 53 });
  expect(told?.notes).toMatchObject([{ code: "output-folder-missing" }]);
  expect(said).toContain("there was no folder for its output");
  expect(printed).toBe("");
});

test.each(["--export-file=/etc/hostname", "--nodelist=./nodes", "-F /etc/hostname"])(
  "#SBATCH %s is refused: it has sbatch read a file of the Head Node",
  async (option) => {
    const { record: told, said } = await run(`#SBATCH ${option}\ntrue`);
    expect(told).toMatchObject({ outcome: "rejected", error: { code: "bad-option" } });
    expect(said).toContain("it names a file on the Head Node");
  },
);

test.each(["/tmp/cloud-submit-away-%j", "job-aws-job.json"])(
  "output to %s is told of as not brought back",
  async (path) => {
    const { code, said, record: told } = await run(`#SBATCH -o ${path}\necho hi`);
    expect([code, told?.output]).toEqual([0, undefined]);
    expect(told?.notes).toMatchObject([{ code: "output-not-brought-back" }]);
    expect(said).toContain("which is not returned");
  },
);

describe("a job array", () => {
  test("with a task that was cancelled before it began is not completed", async () => {
    const {
      code,
      record: told,
      folder,
    } = await run(
      "#SBATCH --array=1-4%1\n[ $SLURM_ARRAY_TASK_ID = 1 ] && scancel ${SLURM_ARRAY_JOB_ID}_3\necho > r$SLURM_ARRAY_TASK_ID",
    );
    expect(told).toMatchObject({
      outcome: "cancelled",
      slurm: {
        tasks: { total: 4, completed: 3, incomplete: [{ ids: "3", outcome: "cancelled" }] },
      },
    });
    expect(code).toBe(5);
    expect(() => readFileSync(join(folder, "r3"))).toThrow("ENOENT");
  });

  test("that is cancelled half-way has every task accounted for", async () => {
    const prefix = newPrefix("half");
    const script =
      "#SBATCH --array=1-9%1\n[ $SLURM_ARRAY_TASK_ID = 1 ] || { touch second; sleep 60; }";
    await submit(prefix, script);
    await eventually("the second task runs", async () => {
      const { stdout } = await runTool("squeue", ["-h", "-t", "running", "-o", "%K %j %k"]);
      return stdout.includes(`2 job-aws-run.sh cloud-submit:${prefix}:`);
    });
    await cli(["cancel", prefix, "--wait"]);
    const { outcome, slurm } = (await record(prefix)) ?? {};
    expect([outcome, slurm?.tasks?.total, slurm?.tasks?.completed]).toEqual(["cancelled", 9, 1]);
    expect(slurm?.tasks?.outcomes).toEqual({ completed: 1, cancelled: 8 });
    expect(slurm?.tasks?.incomplete?.map(({ ids }) => ids).join(",")).toMatch(/^2(-9|,3-9)$/);
  });

  test("names the tasks that did not complete, with their exit codes", async () => {
    const {
      code,
      record: told,
      said,
      prefix,
    } = await run(
      "#SBATCH --array=1-20\ncase $SLURM_ARRAY_TASK_ID in 3 | 7 | 8) exit 7 ;; 12) kill -9 $$ ;; esac",
    );
    expect(code).toBe(1);
    const incomplete = [
      { ids: "3,7-8", outcome: "failed", state: "FAILED", exitCode: 7, signal: 0 },
      { ids: "12", outcome: "failed", state: "FAILED", exitCode: 0, signal: 9 },
    ];
    expect(told?.slurm?.tasks).toEqual({
      total: 20,
      completed: 16,
      outcomes: { completed: 16, failed: 4 },
      incomplete,
    });
    expect(said).toContain(
      "16 of 20 tasks completed (3,7-8: failed, exit code 7; 12: failed, signal 9)",
    );
    const { stdout } = await cli(["status", prefix]);
    expect(stdout).toMatch(/^tasks +16 of 20 tasks completed\n +3,7-8: failed, exit code 7\n/m);
  });
});
