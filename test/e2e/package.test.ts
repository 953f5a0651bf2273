import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cli, installedPackage } from "../support/installed-cli.ts";
import { jobFolder } from "../support/job-folder.ts";
import { newPrefix } from "../support/local-cloud.ts";
import { outputValidator } from "../support/output-validator.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("the package", () => {
  test("is small, has no dependencies and runs no scripts", async () => {
    const folder = await installedPackage();
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    );
    expect([dependencies, optionalDependencies]).toEqual([undefined, undefined]);
    expect(readdirSync(join(folder, "..")).filter((name) => !name.startsWith("."))).toEqual([
      "cloud-submit",
    ]);
    const files = readdirSync(folder, { recursive: true }).map(String).toSorted();
    expect(files.filter((name) => /\.(node|sh|gz)$/.test(name))).toEqual([
      "cli/sh/cloud-submit.sh",
    ]);
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(2_500_000);
  });

  test("speaks Japanese where the locale does", async () => {
    const { code, stdout } = await cli(["--lang", "ja", "--help"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("使い方: cloud-submit")]);
    const wrong = await cli(["--lang", "ja", "status", "no-such-job"]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/^cloud-submit: そのジョブはありません: no-such-job: /),
    ]);
  });
});

describe("--json", () => {
  test("of every verb of jobs fits the schema in the package", async () => {
    const check = outputValidator(await installedPackage());
    const folder = jobFolder("echo out; echo 42 > answer");
    const prefix = newPrefix("json");
    const run = await cli(["run", folder, "--prefix", prefix, "--json"]);
    expect(check("run", run.stdout)).toMatchObject([{ exitCode: 0, fetched: { to: folder } }]);
    for (const [definition, args] of [
      ["status", ["status", prefix, "--explain"]],
      ["list", ["list", "json-*"]],
      ["logs", ["logs", prefix]],
      ["wait", ["wait", prefix]],
      ["fetch", ["fetch", prefix, "--to", temporaryFolder()]],
      ["cancel", ["cancel", prefix]],
      ["audit", ["audit", prefix, "--stage", "local"]],
      ["doctor", ["doctor", "--deep"]],
      ["completion", ["completion", "fish"]],
    ] as const) {
      const { code, stdout, stderr } = await cli([...args, "--json"]);
      expect([definition, code, code === 0 ? "" : stderr]).toEqual([definition, 0, ""]);
      expect([definition, check(definition, stdout).length > 0]).toEqual([definition, true]);
    }
    const submit = await cli(["submit", folder, "--prefix", prefix, "--json"]);
    expect(check("submit", submit.stdout)).toMatchObject([{ prefix }]);
    await cli(["wait", prefix]);
    const cwd = temporaryFolder();
    const init = await cli(["init", "--bucket", "some-jobs", "--json"], cwd);
    expect(check("init", init.stdout)).toMatchObject([{ settings: { bucket: "some-jobs" } }]);
  });

  test.each([
    ["an error", ["status", "no-such-job"], "no-such-job", 2],
    ["wrong usage", ["sumbit"], "usage", 2],
  ])("%s is an object on stderr", async (_name, args, code, exitCode) => {
    const ended = await cli([...args, "--json"]);
    expect([ended.code, ended.stdout]).toEqual([exitCode, ""]);
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code }, exitCode });
  });
});
