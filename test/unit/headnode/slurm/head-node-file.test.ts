import { expect, test } from "@jest/globals";
import { headNodeFile } from "../../../../headnode/slurm/head-node-file.ts";
import { sbatchOptions } from "../../../../protocol/sbatch-options.ts";

test.each([
  [["--export-file=/x"], "export-file"],
  [["--export-file", "/x"], "export-file"],
  // getopt_long takes what is unambiguous for the whole.
  [["--export-=/x"], "export-file"],
  [["--nodef=/x"], "nodefile"],
  [["-F", "/x"], "nodefile"],
  [["-F/x"], "nodefile"],
  [["-HOF/x"], "nodefile"],
  [["-c", "2", "--bbf=x"], "bbf"],
  [["--nodelist=./x"], "nodelist"],
  [["--nodeli", "/x"], "nodelist"],
  [["-w/x"], "nodelist"],
  [["-Hw", "/x"], "nodelist"],
  [["-x", "/x"], "exclude"],
  [["--exclud=a/b"], "exclude"],
])("%j has sbatch read the file of --%s", (words, option) => {
  expect(headNodeFile(words)).toBe(option);
});

test.each([
  [[]],
  [["--export=ALL", "--nodes=2", "--bb=x", "--exclusive"]],
  [["-N2", "-w", "node-[1-3]", "-x", "node-4"]],
  [["--output=logs/F", "-o", "logs/%j", "-JF"]],
  [["F", "-"]],
])("%j does not", (words) => {
  expect(headNodeFile(words)).toBeUndefined();
});

test.each(["--nodelist=/etc/hosts", "-w./x", "--exclude=a/b", "-x/x"])(
  "%s is no option for a job, either",
  (option) => {
    expect(() => sbatchOptions([option])).toThrow(/names a file on the Head Node/);
  },
);
