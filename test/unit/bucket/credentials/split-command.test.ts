import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { splitCommand } from "../../../../bucket/credentials/split-command.ts";

/** The AWS CLI's own function: its rules are in no document. */
const PYTHON = `
import json, sys
from botocore.compat import compat_shell_split
def split(text, platform):
    try:
        return compat_shell_split(text, platform)
    except ValueError:
        return None
print(json.dumps([split(*each) for each in json.load(sys.stdin)]))
`;

const ours = (text: string, platform: NodeJS.Platform) => {
  try {
    return splitCommand(text, platform);
  } catch {
    return null;
  }
};

test("commands are split as the AWS CLI splits them, on Windows, too: 2,000 random ones", () => {
  const piece = fc.constantFrom(
    '"',
    '"',
    "'",
    "\\",
    "\\",
    " ",
    "\t",
    "a",
    "é",
    "C:",
    "-x",
    "$",
    "#",
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));
  const asked = fc
    .sample(text, 1000)
    .flatMap((one) => [[one, "linux"] as const, [one, "win32"] as const]);
  const { status, stdout, stderr } = spawnSync(".local/venv/bin/python", ["-c", PYTHON], {
    input: JSON.stringify(asked),
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  const theirs = JSON.parse(stdout) as (string[] | null)[];
  for (const [at, [one, platform]] of asked.entries())
    expect([one, platform, ours(one, platform)]).toEqual([one, platform, theirs[at]]);
});
