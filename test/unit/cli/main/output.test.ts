import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { shippedCommandLine } from "../../../support/shipped-command-line.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** The command line as it is shipped, in processes of its own: what a shell has put in place of its output. */
describe("the command line", () => {
  const folder = temporaryFolder();
  let shipped: string;
  beforeAll(async () => {
    shipped = await shippedCommandLine(folder);
  });

  /** Runs it by a line of bash, in which "$@" is the command line with these arguments. */
  function shell(line: string, ...args: string[]) {
    const program = [process.execPath, shipped, ...args];
    const env = { PATH: process.env["PATH"], HOME: folder, LC_ALL: "C" };
    const options = { encoding: "utf8", cwd: folder, env } as const;
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-o", "pipefail", "-c", line, "bash", ...program],
      options,
    );
    return { status, stdout, stderr };
  }

  const OUTPUTS = ["--help", "completion bash"];

  test.each(OUTPUTS)("says that a full disk takes no output of %s", (words) => {
    expect(shell('"$@" > /dev/full', ...words.split(" "))).toEqual({
      status: 6,
      stdout: "",
      stderr: expect.stringMatching(/^cloud-submit: .*the disk is full.*\(ENOSPC\)\n$/),
    });
  });

  test.each(OUTPUTS)("ends when nobody reads the output of %s any more", (words) => {
    expect(shell('"$@" | { exec <&-; }', ...words.split(" "))).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("ends when its errors go nowhere, and its output stays empty", () => {
    expect(shell('"$@" 2> /dev/full', "status", "a/b")).toMatchObject({ status: 6, stdout: "" });
  });

  test("has output and words without a standard input, an output or a home folder", () => {
    const line = (closed: string) => `unset HOME; "$@" ${closed}`;
    expect(shell(line("<&-"), "--help").stdout).toMatch(/cloud-submit/);
    const { status, stderr } = shell(line(">&-"), "list", "--since=2026-02-30");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^cloud-submit: [^\n]+\n$/)]);
  });
});
