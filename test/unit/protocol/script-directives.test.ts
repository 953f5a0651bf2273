import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { optionValue, scriptDirectives } from "../../../protocol/script-directives.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("reads #SBATCH lines up to the first command", () => {
  const script = [
    "#!/bin/sh",
    "#SBATCH --chdir=/tmp -c 2 # a comment",
    "# text",
    "",
    '#SBATCH --job-name="a b" --comment=\'x "y"\'',
    " #SBATCH --not=one",
    "##SBATCH --nor=this",
    "echo",
    "#SBATCH --too=late",
  ];
  expect(scriptDirectives(script.join("\n"))).toEqual([
    "--chdir=/tmp",
    "-c",
    "2",
    "--job-name=a b",
    '--comment=x "y"',
  ]);
});

test("a line with another character than sbatch's spaces is a command", () => {
  for (const space of ["\u00a0", "\u0085", "\ufeff", "\u2003"])
    expect(scriptDirectives(`#!/bin/sh\n${space}\n#SBATCH -n 2\n`)).toEqual([]);
  expect(scriptDirectives("#!/bin/sh\n \t\v\f\n#SBATCH -n 2\n")).toEqual(["-n", "2"]);
});

test.each([
  [["--chdir=/a"], "/a"],
  [["--chdir", "/a"], "/a"],
  [["-D", "/a b"], "/a b"],
  [["-D/a"], "/a"],
  [["-D/a", "--chdir=/b"], "/b"],
  [["--chdirs=/a", "-c", "2"], undefined],
  [["--chdir"], undefined],
])("the value in %j is %j", (words, value) => {
  expect(optionValue(words, "chdir", "D")).toBe(value);
});

test("takes words as the real sbatch does, whatever quotes, backslashes and spaces are in them", () => {
  const folder = temporaryFolder();
  const [conf, path] = [join(folder, "slurm.conf"), join(folder, "script")];
  // It needs no controller to say which file it cannot open.
  writeFileSync(
    conf,
    "ClusterName=x\nSlurmctldHost=localhost\nNodeName=n\nPartitionName=p Nodes=ALL\n",
  );
  const pieces = ["a", " ", "\t", "\v", '"', "'", "\\", "#", "=", "\\ "];
  const marks = ["#SBATCH ", "#SBATCH", "#SLURM\t"];
  let compared = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...marks),
      fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((some) => some.join("")),
      (mark, text) => {
        const script = `#!/bin/sh\n${mark}--export-file=/no/${text}\ntrue\n`;
        writeFileSync(path, script);
        const done = spawnSync("sbatch", [path], {
          env: { PATH: process.env["PATH"], SLURM_CONF: conf },
          encoding: "utf8",
        });
        if (done.error) throw new Error("sbatch is missing: npm run setup brings it");
        const [, opened] = /Could not open user environment file ([^]*?)\n/.exec(done.stderr) ?? [];
        // A script that it refuses before that needs no understanding.
        if (opened === undefined) return;
        compared += 1;
        expect(scriptDirectives(script)[0]).toBe(`--export-file=${opened}`);
      },
    ),
    { numRuns: 50 },
  );
  expect(compared).toBeGreaterThan(0);
}, 60_000);
