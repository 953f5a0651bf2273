import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sbatchCall, sbatchOptionsOf } from "../../../../cli/slurm/args.ts";
import { callSlurm } from "../../../../cli/slurm/call-slurm.ts";
import { Places } from "../../../../cli/slurm/places.ts";
import { planOf } from "../../../../cli/slurm/plan.ts";
import { environmentOptions, SBATCH_VARIABLES } from "../../../../cli/slurm/sbatch-environment.ts";
import { SBATCH_TABLE, whyRefused } from "../../../../cli/slurm/sbatch-table.ts";

/** Options as the cluster's sbatch gets them, and as they stay in the script. */
function sentFor(env: Record<string, string>, script: string, argv: string[] = []) {
  const text = `#!/bin/sh\n${script}\n`;
  const call = sbatchCall([...argv, "job.sh"]);
  const options = sbatchOptionsOf(call, env, text);
  const more = { places: new Places("/nowhere"), dependencies: undefined, env: {}, user: "taro" };
  const plan = planOf(call, options, { script: { text, name: "job.sh" }, ...more });
  const sent = plan.options.filter((one) => !one.startsWith("--job-name"));
  const isWaited = options.given.has("wait") || options.inScript.has("wait");
  return { sent, left: plan.script.split("\n")[1], isWaited, asked: plan.asked.options };
}

const FLAGS = [...SBATCH_VARIABLES].filter(([, name]) => SBATCH_TABLE.long.get(name) === "none");

test("a flag is set by nothing, yes and numbers but 0, and switched off by all else", () => {
  const number = fc.integer().map((one) => [String(one), one !== 0] as const);
  const word = fc
    .stringMatching(/^[A-Za-z]{1,8}$/)
    .map((one) => [one, one.toLowerCase() === "yes"] as const);
  const fixed = fc.constantFrom(
    ["", true] as const,
    ["YES", true] as const,
    ["1x", false] as const,
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...FLAGS),
      fc.oneof(number, word, fixed),
      ([variable, name], [value, isSet]) => {
        const { on, off } = environmentOptions({ [variable]: value });
        expect(on).toEqual(isSet ? [{ name }] : []);
        expect(off.includes(name)).toBe(!isSet);
      },
    ),
  );
});

test.each([
  ["SBATCH_WAIT=no", "--wait", [], "#", false],
  ["SBATCH_WAIT=no", "--wait", ["-W"], "#", true],
  ["SBATCH_OVERCOMMIT=false", "-O -n 2", [], "#SBATCH --ntasks=2", false],
  ["SBATCH_OVERCOMMIT=2", "-n 2", [], "#SBATCH -n 2", false, "--overcommit"],
  ["SBATCH_REQUEUE=0", "--requeue", [], "#", false],
  ["SBATCH_REQUEUE=0", "--no-requeue", [], "#", false],
  ["SBATCH_REQUEUE=0", "--requeue", ["--requeue"], "#", false, "--requeue"],
])("%s goes before #SBATCH %s", (variable, script, argv, left, isWaited, ...sent) => {
  const [name = "", value = ""] = variable.split("=");
  const found = sentFor({ [name]: value }, `#SBATCH ${script}`, argv);
  expect(found).toMatchObject({ sent, left, isWaited });
  expect(found.asked).toEqual(expect.arrayContaining(sent));
});

describe("of options of which one counts", () => {
  const MEM = { SBATCH_MEM_PER_NODE: "4G" };
  test.each<[Record<string, string>, string, string[], string[], string]>([
    [MEM, "--mem-per-cpu=1G", [], [], "#SBATCH --mem-per-cpu=1G"],
    [MEM, "--mem=1G", [], ["--mem=4G"], "#SBATCH --mem=1G"],
    [MEM, "-n 1", ["--mem-per-gpu=1G"], ["--mem-per-gpu=1G"], "#SBATCH -n 1"],
    // The environment has taken the place of the script's before it gives way itself.
    [MEM, "--mem=1G", ["--mem-per-cpu=2G"], ["--mem-per-cpu=2G"], "#"],
    [{ SBATCH_CPUS_PER_GPU: "2" }, "-c 4", [], [], "#SBATCH -c 4"],
    [{ SBATCH_EXCLUSIVE: "user" }, "-s", [], ["--exclusive=user"], "#"],
    [{ SBATCH_EXCLUSIVE: "user" }, "-n 1", ["-s"], ["--oversubscribe"], "#SBATCH -n 1"],
    [{ SBATCH_THREAD_SPEC: "1" }, "-S 2", [], ["--thread-spec=1"], "#"],
    [{ SLURM_HINT: "nomultithread" }, "--ntasks-per-core=1", [], [], "#SBATCH --ntasks-per-core=1"],
    [
      { SBATCH_THREADS_PER_CORE: "1" },
      "--hint=compute_bound",
      [],
      [],
      "#SBATCH --hint=compute_bound",
    ],
  ])("%j beside #SBATCH %s and %j", (env, script, argv, sent, left) => {
    expect(sentFor(env, `#SBATCH ${script}`, argv)).toMatchObject({ sent, left });
  });

  test.each<[Record<string, string>, string, string[], string]>([
    [
      {},
      "--mem=1G",
      ["--mem-per-cpu=1G"],
      "--mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive.",
    ],
    [
      { SBATCH_MEM_PER_CPU: "1", SBATCH_MEM_PER_GPU: "1" },
      "-n 1",
      [],
      "SLURM_MEM_PER_CPU, SLURM_MEM_PER_GPU, and SLURM_MEM_PER_NODE are mutually exclusive.",
    ],
    [{}, "--exclusive -s", [], "--exclusive and --oversubscribe options are mutually exclusive"],
  ])("two from one place are refused as by Slurm: %j, %s, %j", (env, script, argv, words) => {
    expect(() => sentFor(env, `#SBATCH ${script}`, argv)).toThrow(`sbatch: fatal: ${words}`);
  });
});

test("every variable of sbatch is an option that is sent, done here, or refused by its name", () => {
  for (const [variable, name] of SBATCH_VARIABLES) {
    expect(SBATCH_TABLE.long.has(name)).toBe(true);
    const why = whyRefused(name);
    const read = () => sbatchOptionsOf(sbatchCall(["job.sh"]), { [variable]: "1" }, "#!/bin/sh\n");
    if (why === undefined) expect(read().given.has(name)).toBe(true);
    else expect(read).toThrow(`--${name} is not possible here: ${why}`);
  }
  const others = ["TRES_PER_TASK", "TRES_BIND", "CONTAINER_ID", "SEGMENT_SIZE", "RUNTIME"];
  for (const name of others) expect(SBATCH_VARIABLES.has(`SBATCH_${name}`)).toBe(true);
});

test("SLURM_UMASK is refused, but for the one that a job has of Slurm", () => {
  expect(() => environmentOptions({ SLURM_UMASK: "027" })).toThrow("SLURM_UMASK is not possible");
  expect(environmentOptions({ SLURM_UMASK: "027", SLURM_JOB_ID: "1" })).toEqual({
    on: [],
    off: [],
  });
});

test.each([
  ["sbatch", ["--wrap=x", "y"], "7", 7],
  ["sbatch", ["--wrap=x", "y"], "0", 1],
  ["sbatch", ["--none"], "7", 255],
  ["srun", [], "7", 1],
] as const)(
  "%s %j with SLURM_EXIT_ERROR=%s ends with %d",
  async (name, argv, SLURM_EXIT_ERROR, code) => {
    const stderr = { write: () => true } as unknown as NodeJS.Process["stderr"];
    expect(await callSlurm({ name, argv: [...argv] }, { env: { SLURM_EXIT_ERROR }, stderr })).toBe(
      code,
    );
  },
);
