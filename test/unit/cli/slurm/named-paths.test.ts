import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { namedPaths } from "../../../../cli/slurm/named-paths.ts";

const all = (text: string) => namedPaths(text).map((meant) => meant.map(({ path }) => path));

test.each([
  ["cat /a/b /c", [["/a/b"], ["/c"]]],
  ["cat '/a b/c'", [["/a b/c", "/a"]]],
  ["cat /a\\ b/c;ls", [["/a b/c"]]],
  ["x --to=/a/b >>/c/d 2>&1", [["/a/b"], ["/c/d"]]],
  ['. "/a/x"; X=/b:/c', [["/a/x"], ["/b:/c", "/b"], ["/c"]]],
  ['exec &>> "/a/slurm/$SLURM_JOB_ID.out"', [["/a/slurm"]]],
  ["cat /a/b/*.csv /c/x%j.log", [["/a/b"], ["/c"]]],
  ["--wrap=\"python -m x '/wf/Snakefile' --y\"", [["/wf/Snakefile"]]],
  ["cd $HOME/a; ls ~/b ../c ${X}/d https://e/f", []],
  ["# see /a/b", []],
  ["#!/bin/bash", []],
  ["#SBATCH --bcast=/a/b", [["/a/b"]]],
  ["ls / ; ls /.", []],
])("%j names %j", (text, named) => {
  expect(all(text)).toEqual(named);
});

test("a path in quotes is found whatever is in its name", () => {
  const name = fc
    .stringMatching(/^[^\s/'"\p{Cc}$`*?[{%\\][^/'"\p{Cc}$`*?[{%\\]{0,20}$/u)
    .filter((one) => !/^\.+$/.test(one));
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('"', "'"),
      (names, quote) => {
        const path = `/${names.join("/")}`;
        fc.pre(!/\s$/.test(path));
        expect(all(`cat ${quote}${path}${quote}`).flat()).toContain(path);
      },
    ),
  );
});
