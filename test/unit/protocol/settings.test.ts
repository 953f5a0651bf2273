import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { cliConfig } from "../../../cli/config.ts";
import { functionConfig } from "../../../functions/setup/config.ts";
import { agentConfig } from "../../../headnode/config.ts";
import { loadConfig } from "../../../local/config.ts";
import { checkSettings, unknownSetting } from "../../../protocol/settings.ts";
import { FUNCTION_ENVIRONMENT } from "../../support/lambda.ts";
import { projectFiles } from "../../support/project-files.ts";

/** Every setting that any program, script or suite of the project reads or sets. */
const USED = new Set(
  projectFiles()
    .filter((name) => /\.(ts|mjs|sh|yml|service)$/.test(name) && !name.startsWith("test/unit/"))
    .flatMap(
      (name) => readFileSync(name, "utf8").match(/\bCLOUD_SUBMIT_[A-Z\d_]*[A-Z\d]\b(?!_)/g) ?? [],
    ),
);

/** Ways to misspell a name. */
const MISSPELT: readonly [string, (name: string, at: number) => string][] = [
  ["a letter is missing", (name, at) => name.slice(0, at) + name.slice(at + 1)],
  ["a letter is doubled", (name, at) => name.slice(0, at) + name.slice(at - 1)],
  [
    "two letters are swapped",
    (name, at) => name.slice(0, at - 1) + name[at] + name[at - 1] + name.slice(at + 1),
  ],
];

test("every setting that any of the programs reads is known to all of them", () => {
  expect(USED.size).toBeGreaterThan(20);
  for (const name of USED)
    expect([name, unknownSetting({ [name]: "x" })]).toEqual([name, undefined]);
});

test.each(MISSPELT)("%s: the setting that is meant is named", (_how, misspell) => {
  const first = "CLOUD_SUBMIT_".length + 1;
  const wrong = [...USED].flatMap((name) =>
    [first, (first + name.length) >> 1, name.length - 1]
      .map((at) => misspell(name, at))
      .filter((one) => !USED.has(one))
      .map((one) => ({ name: one, closest: name })),
  );
  expect(wrong.map(({ name }) => unknownSetting({ [name]: "x" }))).toEqual(wrong);
});

test("others' variables, and what is not set, are ignored", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (env) => {
      const others = Object.entries(env).filter(([name]) => !name.startsWith("CLOUD_SUBMIT_"));
      checkSettings(Object.fromEntries(others));
    }),
  );
  checkSettings({ CLOUD_SUBMIT_BUCKT: undefined, CLOUDSUBMIT_BUCKET: "x", MY_CLOUD_SUBMIT_X: "x" });
});

describe("each program refuses a misspelt setting, and takes those of all others", () => {
  const others = Object.fromEntries([...USED].map((name) => [name, undefined]));
  test.each<[string, (env: Record<string, string | undefined>) => unknown]>([
    ["agent", (env) => agentConfig({ CLOUD_SUBMIT_BUCKET: "b", ...env })],
    ["functions", (env) => functionConfig({ ...FUNCTION_ENVIRONMENT, ...env })],
    ["local cloud", (env) => loadConfig(env)],
    ["command line", (env) => cliConfig({ bucket: "b" }, env, "/")],
  ])("%s", (_program, read) => {
    expect(() => read({ ...others, CLOUD_SUBMIT_BUKCET: "b" })).toThrow(
      /^CLOUD_SUBMIT_BUKCET: no such setting; correct it to CLOUD_SUBMIT_BUCKET, or unset it$/,
    );
    expect(() =>
      read({ CLOUD_SUBMIT_INSTALL_PATIENCE: "1", CLOUD_SUBMIT_FAULTS_ONLY: "x" }),
    ).not.toThrow();
  });
});
