import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { CommandResult } from "../../../../headnode/slurm/command.ts";
import { sbatch } from "../../../../headnode/slurm/sbatch.ts";
import { NotSent } from "../../../../headnode/slurm/sbatch-answer.ts";
import { CloudSubmitError } from "../../../../protocol/error.ts";

type Said = Partial<CommandResult>;

interface Scene {
  /** How sbatch ends; a function: when the test says so. */
  said?: Said | (() => Promise<Said>);
  /** Whether Slurm shows the job, at each look. */
  found?: boolean[];
  /** Slurm shows it as one that it has refused. */
  refused?: boolean;
  up?: boolean;
  /** Whether the agent can note that it calls sbatch. */
  begins?: boolean;
}

/** One call of sbatch in a scene; the looks that were made, and whether it was ended. */
function call({ said = {}, found = [], refused = false, up = true, begins }: Scene) {
  const seen = { looks: 0, ended: false, begun: 0, called: 0 };
  const result = sbatch("/w", ["job.sh"], {
    run: async (_name, _args, { signal } = {}) => {
      seen.called += 1;
      const waits = new Promise<Said>((resolve) => {
        signal?.addEventListener("abort", () => {
          seen.ended = true;
          resolve({ code: null });
        });
      });
      const answer = typeof said === "function" ? await Promise.race([said(), waits]) : said;
      const { code = 0, stdout = "", stderr = "" } = answer;
      return { code, stdout, stderr, output: stdout + stderr };
    },
    inTurn: (work) => work(),
    begin: async () => {
      seen.begun += 1;
      if (begins === false) throw new Error("disk full");
    },
    find: async () => {
      const isFound = found[Math.min(seen.looks, found.length - 1)] ?? false;
      seen.looks += 1;
      return isFound ? { jobId: "12", name: "x", ...(refused && { isRefused: true }) } : undefined;
    },
    isUp: async () => up,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  });
  return { result, seen };
}

/** An answer that comes when Slurm was looked at several times. */
async function afterLooks(said: Said): Promise<Said> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  return said;
}

const accepted = { accepted: true, job: { jobId: "12" } };

describe("an exit code of 0", () => {
  test("is acceptance, whatever sbatch printed or did not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.constantFrom("113\n", "", "113;cluster\n", "sbatch: lua: error: refused\n"),
        ),
        async (text) => {
          for (const said of [{ stdout: text }, { stderr: text }])
            expect(await call({ said, found: [true] }).result).toMatchObject(accepted);
        },
      ),
    );
  });

  test("of a job that is not shown at once is acceptance, too", async () => {
    expect(await call({ found: [false, false, true] }).result).toMatchObject(accepted);
  });

  test("of a call that made no job is a refusal, with what sbatch said", async () => {
    const stderr =
      "sbatch: Job 12 to start at 2026-11-28T12:00:00 using 1 processors on nodes n1\n";
    expect(await call({ said: { stderr } }).result).toEqual({
      accepted: false,
      output: `no job: ${stderr}`,
    });
  });

  test("of a job that is never shown nor named is no reason to call sbatch again", async () => {
    await expect(call({}).result).rejects.toMatchObject({ code: "lost" });
  });
});

describe("any other exit code", () => {
  test("is acceptance when Slurm has the job: with --wait it is the job's own", async () => {
    expect(await call({ said: { code: 7 }, found: [true] }).result).toMatchObject(accepted);
  });

  test("is a refusal of a job that Slurm keeps for a while as a failed one", async () => {
    const stderr =
      "sbatch: error: Batch job submission failed: Requested node configuration is not available\n";
    for (const said of [{ code: 1, stderr }, () => afterLooks({ code: 1, stderr })])
      expect(await call({ said, found: [true], refused: true }).result).toEqual({
        accepted: false,
        output: stderr,
      });
  });

  // Words of the submitter's, or of a plugin's, in lines that Slurm prints.
  test.each([
    "sbatch: error: invalid partition specified: dns\nsbatch: error: Batch job submission failed: Invalid partition name specified\n",
    "sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified\nauthentication\n",
    "sbatch: error: lua: use --account: Connection refused\nsbatch: error: Batch job submission failed: Unspecified error\n",
    "Unable to contact slurm controller (connect failure)\n",
    "sbatch: unrecognized option '--Socket timed out on send/recv operation'\nTry \"sbatch --help\" for more information\n",
    "",
  ])("is a refusal, with everything sbatch said: %j", async (stderr) => {
    expect(await call({ said: { code: 1, stderr } }).result).toEqual({
      accepted: false,
      output: stderr,
    });
  });

  test("is a refusal for whatever line that is not Slurm's own", async () => {
    const text = fc.string().filter((line) => !line.includes("\n") && line.trim() !== "");
    await fc.assert(
      fc.asyncProperty(text, async (word) => {
        const stderr = `sbatch: error: invalid partition specified: ${word}\nsbatch: error: Batch job submission failed: Invalid qos specification (${word})\n`;
        expect(await call({ said: { code: 1, stderr } }).result).toMatchObject({ accepted: false });
      }),
    );
  });

  test.each([
    "Unable to contact slurm controller (connect failure)",
    "Socket timed out on send/recv operation",
    "Zero Bytes were transmitted or received",
    "Protocol authentication error",
    "Resource temporarily unavailable",
  ])("is no refusal when nobody answered: %s", async (text) => {
    const stderr = `sbatch: error: Batch job submission failed: ${text}\n`;
    await expect(call({ said: { code: 1, stderr } }).result).rejects.toMatchObject({
      code: "slurm",
    });
  });

  test("is no refusal while slurmctld does not answer a ping", async () => {
    const said = { code: 1, stderr: "sbatch: error: something new\n" };
    await expect(call({ said, up: false }).result).rejects.toMatchObject({ code: "slurm" });
  });

  test("an sbatch that was killed has not been refused", async () => {
    await expect(call({ said: { code: null } }).result).rejects.toMatchObject({ code: "slurm" });
  });
});

describe("an sbatch that found no slurmctld", () => {
  const failed = "sbatch: error: Batch job submission failed: ";
  const connect = "Unable to contact slurm controller (connect failure)";

  test.each([
    `${failed}${connect}\n`,
    "sbatch: fatal: Could not establish a configuration source\n",
  ])("has sent no job: %j", async (stderr) => {
    const { result, seen } = call({ said: { code: 1, stderr }, up: false });
    await expect(result).rejects.toThrow(NotSent);
    expect(seen.looks).toBe(0);
  });

  test.each([
    // It had connected to one.
    `${failed}Unable to contact slurm controller (send failure)\n`,
    `${failed}Unable to contact slurm controller (receive failure)\n`,
    `${failed}Socket timed out on send/recv operation\n`,
    // After a job was accepted, by --wait.
    `sbatch: error: ${connect}\n`,
    `sbatch: error: lua: ${failed}${connect}\n`,
    connect,
  ])("is not told by %j", async (stderr) => {
    const { result } = call({ said: { code: 1, stderr }, up: false });
    const error = await result.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "slurm" });
    expect(error).not.toBeInstanceOf(NotSent);
  });
});

test("sbatch is called once it is noted, and not when it cannot be", async () => {
  const noted = call({ found: [true] });
  expect(await noted.result).toMatchObject(accepted);
  expect(noted.seen).toMatchObject({ begun: 1, called: 1 });
  const { result, seen } = call({ begins: false });
  await expect(result).rejects.toThrow("disk full");
  expect(seen.called).toBe(0);
});

test("an sbatch of which nothing is known has not been refused, and is not called again here", async () => {
  const lost = new CloudSubmitError("slurm", "it is not known whether sbatch has run");
  let calls = 0;
  const said = () => {
    calls += 1;
    return Promise.reject(lost);
  };
  await expect(call({ said, found: [false] }).result).rejects.toBe(lost);
  expect(calls).toBe(1);
});

test("an sbatch that waits for the job's end is not waited for", async () => {
  const never = () => new Promise<Said>(() => undefined);
  const { result, seen } = call({ said: never, found: [false, false, true] });
  expect(await result).toMatchObject(accepted);
  expect(seen.ended).toBe(true);
});
