import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { cliConfig } from "../../../cli/config.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A working folder below one with a configuration file. */
function folderWith(text: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "cloud-submit.json"), text);
  mkdirSync(join(folder, "below"));
  return join(folder, "below");
}

/** Does something without root's rights. */
function asUser<T>(task: () => T): T {
  if (process.getuid?.() !== 0) return task();
  process.seteuid?.(65_534);
  try {
    return task();
  } finally {
    process.seteuid?.(0);
  }
}

describe("cliConfig", () => {
  const cwd = folderWith('{"bucket": "from-file", "region": "eu-west-1", "profile": "file"}');

  test("takes a rate without a unit as text or as a number", () => {
    for (const rate of ['"20000"', "20000"]) {
      const at = folderWith(`{"bucket": "b", "limitRate": ${rate}}`);
      expect(cliConfig({}, {}, at).limitRate).toBe("20000");
    }
    for (const wrong of ["true", "null", '""', "[1]"]) {
      const at = folderWith(`{"bucket": "b", "limitRate": ${wrong}}`);
      expect(() => cliConfig({}, {}, at)).toThrow("limitRate");
    }
  });

  test("takes flags before the environment before the file", () => {
    const env = { CLOUD_SUBMIT_BUCKET: "from-env", AWS_REGION: "us-west-2", AWS_PROFILE: "env" };
    const flags = { bucket: "from-flag", region: "ap-northeast-1", profile: "flag" };
    expect(cliConfig(flags, env, cwd)).toEqual(flags);
    expect(cliConfig({}, env, cwd)).toEqual({
      bucket: "from-env",
      region: "us-west-2",
      // Left to the settings of the AWS tools.
      profile: undefined,
    });
    expect(cliConfig({}, {}, cwd)).toEqual({
      bucket: "from-file",
      region: "eu-west-1",
      profile: "file",
    });
  });

  test("knows AWS_DEFAULT_REGION, as the AWS CLI does", () => {
    expect(cliConfig({}, { AWS_DEFAULT_REGION: "us-east-2" }, cwd).region).toBe("us-east-2");
  });

  test("leaves region and profile to the AWS tools when nobody says", () => {
    expect(cliConfig({ bucket: "b" }, {}, temporaryFolder())).toEqual({ bucket: "b" });
  });

  test("tells where a setting was found that is read later, but not of flags", () => {
    const at = folderWith('{"bucket": "b", "limitRate": "fast", "sse": "x"}');
    const from = (flags: object, env: NodeJS.ProcessEnv) => cliConfig(flags, env, at).from;
    const file = join(at, "..", "cloud-submit.json");
    const sse = `sse in ${file}`;
    expect(from({}, {})).toEqual({ limitRate: `limitRate in ${file}`, sse });
    const env = { CLOUD_SUBMIT_LIMIT_RATE: "x", CLOUD_SUBMIT_SSE_C_KEY: "k" };
    const sseCKey = "CLOUD_SUBMIT_SSE_C_KEY";
    expect(from({}, env)).toEqual({ limitRate: "CLOUD_SUBMIT_LIMIT_RATE", sse, sseCKey });
    expect(from({ limitRate: "x", sseCKey: "k" }, env)).toEqual({ sse });
    // An empty variable is none.
    expect(from({ sse: "x" }, { CLOUD_SUBMIT_LIMIT_RATE: "" })).toEqual({
      limitRate: `limitRate in ${file}`,
    });
  });

  test("says all three ways to name the bucket", () => {
    expect(() => cliConfig({}, {}, temporaryFolder())).toThrow(
      /--bucket NAME, set CLOUD_SUBMIT_BUCKET, or .*cloud-submit.json/,
    );
  });

  test("a file that cannot be read is told of, and that of a folder above not taken in its place", () => {
    const below = folderWith('{"bucket": "above"}');
    const file = join(below, "cloud-submit.json");
    writeFileSync(file, '{"bucket": "here"}', { mode: 0 });
    // Others may go in, and so may root as nobody.
    for (const folder of [below, dirname(below)]) chmodSync(folder, 0o755);
    expect(() => asUser(() => cliConfig({}, {}, below))).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringContaining(file) }),
    );
    // Nobody knows what is in a folder that cannot be searched.
    chmodSync(below, 0);
    expect(asUser(() => cliConfig({}, {}, below)).bucket).toBe("above");
    chmodSync(below, 0o755);
  });

  test.each([
    ["no JSON", "{", /cloud-submit.json: SyntaxError/],
    ["a wrong type", '{"bucket": 3}', /cloud-submit.json: bucket: /],
    ["a misspelt setting", '{"buckt": "b"}', /cloud-submit.json: .*buckt/],
  ])("names the file and the place for %s", (_name, text, message) => {
    expect(() => cliConfig({}, {}, folderWith(text))).toThrow(message);
  });
});

test.each([
  ["a pipe that nobody writes to", (path: string) => execFileSync("mkfifo", [path])],
  ["a device without an end", (path: string) => symlinkSync("/dev/zero", path)],
  ["a folder", (path: string) => mkdirSync(path)],
])("%s in place of the settings is an error at once", (_name, make) => {
  const folder = temporaryFolder();
  make(join(folder, "cloud-submit.json"));
  expect(() => cliConfig({}, {}, folder)).toThrow(
    /cloud-submit.json: neither a file nor a folder$|not a file/,
  );
});
