import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { GLOBAL_FLAGS } from "../../../../../cli/global-flags.ts";
import { VERBS } from "../../../../../cli/registry.ts";
import { dashed, type VerbDescription } from "../../../../../cli/verb.ts";
import { completion, completionOutput } from "../../../../../cli/verbs/completion/completion.ts";
import { completionVerb } from "../../../../../cli/verbs/completion/description.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testUi } from "../../../../support/test-ui.ts";

const SHELLS = completionVerb.arguments.shell.choices;

function scriptFor(shell: (typeof SHELLS)[number]): string {
  const { ui, out } = testUi();
  completion({ ui, verbs: VERBS, globalFlags: GLOBAL_FLAGS }, shell);
  return out.join("\n");
}

/** Bash's completions of the last word. */
function completed(...words: string[]): string[] {
  const file = join(temporaryFolder(), "completion.bash");
  writeFileSync(file, scriptFor("bash"));
  const { stdout, stderr } = spawnSync(
    "bash",
    [
      "--norc",
      "-c",
      'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cloud_submit; printf "%s\\n" "${COMPREPLY[@]}"',
      "bash",
      file,
      "cloud-submit",
      ...words,
    ],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  return stdout.split("\n").filter((line) => line !== "");
}

describe("completion in bash", () => {
  test.each([
    [["s"], ["submit", "sweep", "slurm", "status"]],
    [["ca"], ["cancel"]],
    [
      ["run", "--t"],
      ["--to", "--timeout"],
    ],
    [["logs", "job1", "--f"], ["--follow"]],
    [["headnode", "un"], ["uninstall"]],
    [
      ["data", ""],
      ["put", "list", "rm"],
    ],
    [["data", "rm", "--y"], ["--yes"]],
    [["submit", "--inp"], ["--input"]],
    [["headnode", "uninstall", "--pu"], ["--purge"]],
    [["--json", "completion", "f"], ["fish"]],
    [["run", "./w", "--", "--n"], []],
    // Files: bash does it by itself.
    [["run", "./w"], []],
  ])("%j gives %j", (words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });
});

test.each(SHELLS)("the script for %s knows every verb and its options", (shell) => {
  const script = scriptFor(shell);
  for (const { name, flags } of VERBS as readonly VerbDescription[]) {
    for (const word of name.split(" ")) expect(script).toContain(word);
    for (const flag of Object.keys(flags).map(dashed))
      expect(script).toContain(shell === "fish" ? `-l ${flag} ` : `--${flag}`);
  }
});

test("--json fits its schema", () => {
  const { ui, out } = testUi({ json: true });
  completion({ ui, verbs: VERBS, globalFlags: GLOBAL_FLAGS }, "zsh");
  const { script } = completionOutput.parse(JSON.parse(out[0] ?? ""));
  expect(script).toMatch(/^autoload -U \+X compinit/);
});
