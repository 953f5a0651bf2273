import { expect, test } from "@jest/globals";
import { howToKeepBack } from "../../../../headnode/slurm/kept-back.ts";

test.each([
  [[], "date"],
  [["--nodes=2", "-p", "batch", "-Jbob"], "date"],
  [["--dependency=singleton", "--batch=x", "--deadl"], "hold"],
  [["--begin=16:00"], "hold"],
  [["--beg", "noon"], "hold"],
  [["-b", "now+1hour"], "hold"],
  [["-bnoon"], "hold"],
  [["--deadline=now+2hours"], "hold"],
  [["--hold"], "hold"],
  [["-H"], "hold"],
  [["-QH"], "hold"],
])("with %j it is a %s", (words, how) => {
  expect(howToKeepBack(words)).toBe(how);
});
