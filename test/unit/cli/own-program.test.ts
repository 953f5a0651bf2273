import { realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { calledAs, programFile, type Started, startAgain } from "../../../cli/own-program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = realpathSync(temporaryFolder());
const script = join(folder, "cloud-submit.cjs");
writeFileSync(script, "");
const link = join(folder, "sbatch");
symlinkSync(script, link);

/** Node.js with a script; and the single executable, which is found on PATH by the name of a link. */
const byNode: Started = {
  argv: ["/usr/bin/node", link, "a"],
  execPath: "/usr/bin/node",
  execArgv: ["--use-openssl-ca"],
  single: false,
};
const alone: Started = {
  argv: [script, "sbatch", "a"],
  execPath: script,
  execArgv: [],
  single: true,
};

test.each([
  ["a link", link, "sbatch"],
  ["a bare name, as a single executable has it", "sbatch", "sbatch"],
  ["the script", script, "cloud-submit"],
  ["a name that means nothing", "/usr/bin/cloud-submit-linux-x64", "cloud-submit"],
  ["none", undefined, "cloud-submit"],
])("%s tells what it is called as", (_name, second, name) => {
  const argv = second === undefined ? ["node"] : ["node", second];
  expect(calledAs(["sbatch", "squeue"], { argv })).toBe(name);
});

test("Node.js starts the script again, with its own options, and not as the link", () => {
  expect(startAgain(["wait", "a b"], byNode)).toEqual({
    command: "/usr/bin/node",
    args: ["--use-openssl-ca", script, "wait", "a b"],
    argv0: "node",
  });
});

test("a single executable starts itself again, under its own name", () => {
  expect(startAgain(["wait"], alone)).toEqual({
    command: script,
    args: ["wait"],
    argv0: "cloud-submit",
  });
});

test("the file of the program is found through links", () => {
  expect([programFile(byNode), programFile(alone)]).toEqual([script, script]);
});
