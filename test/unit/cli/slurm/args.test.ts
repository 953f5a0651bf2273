import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sbatchCall, sbatchOptionsOf, withoutOptions } from "../../../../cli/slurm/args.ts";
import { Places } from "../../../../cli/slurm/places.ts";
import { planOf } from "../../../../cli/slurm/plan.ts";
import { SBATCH_TABLE, whyRefused } from "../../../../cli/slurm/sbatch-table.ts";
import type { SlurmError } from "../../../../cli/slurm/slurm-error.ts";
import { scriptDirectives } from "../../../../protocol/script-directives.ts";

const TRY = 'Try "sbatch --help" for more information';

/** The lines of stderr, and the exit code, of sbatch 22.05. */
describe("options that are none are told as sbatch tells them", () => {
  test.each([
    [["--foo"], "sbatch: unrecognized option '--foo'"],
    [
      ["--no"],
      "sbatch: option '--no' is ambiguous; possibilities: '--no-kill' '--no-requeue' '--nodefile' '--nodelist' '--nodes'",
    ],
    [["--hold=1"], "sbatch: option '--hold' doesn't allow an argument"],
    [["-N"], "sbatch: option requires an argument -- 'N'"],
    [["--nodes"], "sbatch: option '--nodes' requires an argument"],
    [["--arr"], "sbatch: option '--array' requires an argument"],
    [["-Z"], "sbatch: invalid option -- 'Z'"],
  ])("%j", (argv, line) => {
    let told: unknown;
    try {
      sbatchCall(argv);
    } catch (error) {
      told = error;
    }
    expect((told as SlurmError).lines).toEqual([line, TRY]);
    expect((told as SlurmError).exitCode).toBe(255);
  });
});

test("reads options before the script, and hands on what follows it", () => {
  const { options, script, args } = sbatchCall(
    "-N2 -QW --part gpu --mem=1G -k --exclusive=user job.sh -N 3 -- x".split(" "),
  );
  expect(options).toEqual([
    { name: "nodes", value: "2" },
    { name: "quiet" },
    { name: "wait" },
    { name: "partition", value: "gpu" },
    { name: "mem", value: "1G" },
    { name: "no-kill", value: undefined },
    { name: "exclusive", value: "user" },
  ]);
  expect([script, args]).toEqual(["job.sh", ["-N", "3", "--", "x"]]);
  expect(sbatchCall(["--", "-x"])).toMatchObject({ script: "-x", args: [] });
});

test("the command line goes before the environment, and this before the script", () => {
  const script = "#!/bin/sh\n#SBATCH -p one -A one -t 1\necho\n#SBATCH -q late\n";
  const env = { SBATCH_PARTITION: "two", SBATCH_TIMELIMIT: "2", SBATCH_OVERCOMMIT: "" };
  const { given, inScript } = sbatchOptionsOf(sbatchCall(["-t", "3"]), env, script);
  expect([...given]).toEqual([
    ["time", "3"],
    ["overcommit", undefined],
    ["partition", "two"],
  ]);
  expect([...inScript.keys()]).toEqual(["partition", "account", "time"]);
});

test.each([
  [["--hold"], "#!/bin/sh\n", {}, /--hold is not possible here: jobs cannot be released/],
  [[], "#!/bin/sh\n#SBATCH --uid=1\n", {}, /--uid is not possible here/],
  [[], "#!/bin/sh\n", { SLURM_CLUSTERS: "a" }, /--clusters is not possible here/],
  [[], "#!/bin/sh\n#SBATCH -n 1 foo\n", {}, /Invalid directive found in batch script: foo/],
  [[], "#!/bin/sh\n#CLOUD --inptu a\n", {}, /unrecognized option '--inptu'/],
])("%j with %j and %j is refused by name", (argv, script, env, why) => {
  expect(() => sbatchOptionsOf(sbatchCall(argv), env, script)).toThrow(why);
});

test("a script loses the options that are sent in another way, and no line", () => {
  const script = '#!/bin/sh\n#SBATCH -J "a b" -W -n 2\n#SBATCH --wait\necho\n#SBATCH --wait\n';
  expect(withoutOptions(script, new Set(["wait"]))).toBe(
    '#!/bin/sh\n#SBATCH "--job-name=a b" --ntasks=2\n#\necho\n#SBATCH --wait\n',
  );
  expect(withoutOptions(script, new Set(["mem"]))).toBe(script);
});

const names = fc.constantFrom(...[...SBATCH_TABLE.long.keys()].filter((one) => one !== "wrap"));
const option = fc.tuple(names, fc.stringMatching(/^[a-z0-9]{1,8}$/)).map(([name, value]) => {
  const kind = SBATCH_TABLE.long.get(name);
  return { name, text: kind === "none" ? `--${name}` : `--${name}=${value}` };
});
/** Of those, what is neither sent nor in the job's file changes what this call does: what is printed, sent or waited for. */
const DONE_HERE =
  /^(cloud-.*|parsable|quiet|verbose|version|help|usage|wait|chdir|comment|dependency)$/;

const TOGETHER_NEVER = [
  ["mem", "mem-per-cpu", "mem-per-gpu"],
  ["cpus-per-task", "cpus-per-gpu"],
  ["core-spec", "thread-spec"],
  ["exclusive", "oversubscribe"],
];

test("no option is dropped: it is sent, stays in the script, is done here, or is refused", () => {
  fc.assert(
    fc.property(
      fc.array(option, { maxLength: 6 }),
      fc.array(option, { maxLength: 6 }),
      (given, directives) => {
        const text = `#!/bin/sh\n${directives.map((one) => `#SBATCH ${one.text}\n`).join("")}true\n`;
        const call = sbatchCall([...given.map((one) => one.text), "job.sh"]);
        const all = [...given, ...directives];
        const refused = all.some(({ name }) => whyRefused(name) !== undefined);
        if (refused)
          return expect(() => sbatchOptionsOf(call, {}, text)).toThrow(/not possible here/);
        const isTwice = TOGETHER_NEVER.some(
          (group) => group.filter((name) => all.some((one) => one.name === name)).length > 1,
        );
        if (isTwice) return expect(() => sbatchOptionsOf(call, {}, text)).toThrow(/exclusive/);
        const options = sbatchOptionsOf(call, {}, text);
        const places = new Places("/nowhere");
        const plan = planOf(call, options, {
          script: { text, name: "job.sh" },
          places,
          dependencies: undefined,
          env: { x: "1" },
          user: "taro",
        });
        const kept = [...plan.options, ...scriptDirectives(plan.script)].map(
          (word) => /^--([^=]+)/.exec(word)?.[1],
        );
        const main = (name: string) => (name === "tasks-per-node" ? "ntasks-per-node" : name);
        for (const { name } of all)
          if (!DONE_HERE.test(name))
            expect(kept.map((one = "") => main(one))).toContain(main(name));
      },
    ),
  );
});
