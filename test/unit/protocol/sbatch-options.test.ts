import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  formatSbatchMetadata,
  parseSbatchMetadata,
  SBATCH_METADATA,
  sbatchOptions,
} from "../../../protocol/sbatch-options.ts";

describe("sbatchOptions", () => {
  test.each([
    [
      ["--nodes=2", "--time=1:00:00"],
      ["--nodes=2", "--time=1:00:00"],
    ],
    [
      ["--nodes", "2", "-t", "1:00:00"],
      ["--nodes=2", "--time=1:00:00"],
    ],
    [
      ["-N2", "-pgpu", "-J", "a job"],
      ["--nodes=2", "--partition=gpu", "--job-name=a job"],
    ],
    [
      ["--exclusive", "--exclusive=user", "-k"],
      ["--exclusive", "--exclusive=user", "--no-kill"],
    ],
    [
      ["--nice=-5", "-O"],
      ["--nice=-5", "--overcommit"],
    ],
    [
      ["--output=logs/%A_%a.out", "-e", "%j.err"],
      ["--output=logs/%A_%a.out", "--error=%j.err"],
    ],
    [["--export=ALL,X=a=b;$(id)`id`"], ["--export=ALL,X=a=b;$(id)`id`"]],
    [
      ["--array=0-9%2", "-d", "afterok:7"],
      ["--array=0-9%2", "--dependency=afterok:7"],
    ],
    [[], []],
  ])("%j becomes %j", (args, options) => {
    expect(sbatchOptions(args)).toEqual(options);
    expect(sbatchOptions(options)).toEqual(options);
  });

  test.each([
    ["--wrap=true", "job-aws-run.sh"],
    ["--wra=true", "not passed on"],
    ["--wait", "cloud-submit wait"],
    ["-W", "cloud-submit wait"],
    ["--comment=x", "found again by its comment"],
    ["--parsable", "changes what sbatch prints"],
    ["-Q", "changes what sbatch prints"],
    ["--chdir=/tmp", "its own folder"],
    ["-D/tmp", "its own folder"],
    ["--uid=0", "the cluster's user"],
    ["--gid=0", "the cluster's user"],
    ["--export-file=/etc/passwd", "a file on the Head Node"],
    ["-F/etc/passwd", "a file on the Head Node"],
    ["--bbf=x", "a file on the Head Node"],
    ["--bcast=x", "not passed on"],
    ["--clusters=all", "not watched"],
    ["--test-only", "no job"],
    ["--hold", "--begin"],
    ["-Z", "no such option"],
    ["-9", "no such option"],
    ["nodes=2", "begin with -"],
    [":", "begin with -"],
    ["", "begin with -"],
    ["-", "no such option"],
    ["--", "no such option"],
    ["--=x", "no such option"],
    ["--__proto__=x", "not passed on"],
    ["--constructor", "not passed on"],
    ["-Ok", "each letter by itself"],
    ["--requeue=yes", "has no value"],
    ["--nodes", "needs a value"],
    ["--nodes=", "is empty"],
    ["--job-name=a\nb", "control character"],
    ["--job-name=a\0b", "control character"],
    ["--job-name=\ud800", "control character"],
    ["--output=/tmp/x", "in the job's folder"],
    ["--error=a/../../x", "in the job's folder"],
    ["--input=../x", "in the job's folder"],
  ])("refuses %j, in one line: %s", (arg, why) => {
    let thrown: unknown;
    try {
      sbatchOptions(["--nodes=1", arg]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "bad-option", message: expect.stringContaining(why) });
    expect((thrown as Error).message).not.toMatch(/[\n\r\0]/);
  });

  test("an option is not taken for the value of the one before", () => {
    expect(() => sbatchOptions(["--time", "--wrap=x"])).toThrow(/"--time": it needs a value/);
  });

  test("what it lets through is options, each with its value in one argument", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (args) => {
        try {
          for (const option of sbatchOptions(args)) expect(option).toMatch(/^--[a-z-]+(=.+)?$/su);
        } catch (error) {
          expect(error).toMatchObject({ code: "bad-option" });
        }
      }),
    );
  });
});

describe("the metadata", () => {
  test("is ASCII without spaces, and gives the same options again", () => {
    const options = ["--job-name=夜 の  job", "--exclusive", '--constraint="a|b"'];
    const text = formatSbatchMetadata(options);
    expect(text).toMatch(/^[\x21-\x7e]+$/);
    expect(parseSbatchMetadata({ [SBATCH_METADATA]: text ?? "" })).toEqual(options);
  });

  test("is not there when there are no options", () => {
    expect(formatSbatchMetadata([])).toBeUndefined();
    expect(parseSbatchMetadata({})).toEqual([]);
  });

  test("that S3 would not take is refused before", () => {
    expect(() => formatSbatchMetadata([`--exclude=${"n".repeat(1600)}`])).toThrow(/1536/);
  });

  test.each(["", "{", "{}", "[1]", '"--nodes=1"', `["--exclude=${"n".repeat(1600)}"]`])(
    "%j is refused",
    (text) => {
      expect(() => parseSbatchMetadata({ [SBATCH_METADATA]: text })).toThrow(/no JSON array/);
    },
  );

  test("is checked again, whoever wrote it", () => {
    expect(() => parseSbatchMetadata({ [SBATCH_METADATA]: '["--wrap=id"]' })).toThrow(/wrap/);
  });
});
