import { expect, test } from "@jest/globals";
import { optionValue, scriptDirectives } from "../../../../headnode/slurm/script-directives.ts";

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
