import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  PARAMS_FILE,
  type Parameters,
  paramsText,
  ROW_SCRIPT,
  rowScript,
  VALUES_FILE,
  valuesText,
} from "../../../../cli/sweep/row-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const SHELLS = ["/bin/sh", "/bin/bash"];

function folderOf(table: Parameters, rows: number | undefined = table.rows.length): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, PARAMS_FILE), paramsText(table));
  writeFileSync(join(folder, VALUES_FILE), valuesText(table));
  writeFileSync(join(folder, ROW_SCRIPT), rowScript(table.columns, rows));
  return folder;
}

/** The variables that a program has which a job script starts, each with a NUL behind. */
function run(shell: string, folder: string, task: string | undefined, names: readonly string[]) {
  const words = names.map((name) => `"$${name}"`).join(" ");
  const script = `set -eu\n. ./${ROW_SCRIPT}\nprintf '%s\\0' ${words}\nenv -0 >env\n`;
  const { PATH } = process.env;
  return spawnSync(shell, ["-c", script], {
    cwd: folder,
    encoding: "buffer",
    // With a socket there, bash takes itself for a remote shell, and reads .bashrc.
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH, ...(task !== undefined && { SLURM_ARRAY_TASK_ID: task }) },
  });
}

const HOSTILE = [
  "",
  " ",
  "-n",
  "--version",
  "$(touch made)",
  "`touch made`",
  "'; touch made; '",
  '"; touch made; "',
  "a\nb\n\n",
  "\n",
  "\\0101\\c\\n%s%d",
  "\\",
  "* ? [a] ~ {a,b} !! #",
  "  two  spaces\t",
  "夜 é \u{1f600}",
  "\x01\x7f\r\u0085",
  "=",
  "x".repeat(32768),
];

describe.each(SHELLS)("in %s, sweep-row.sh", (shell) => {
  test("sets each value byte for byte, and runs nothing of it", () => {
    const columns = HOSTILE.map((_, at) => `p${at}`);
    const folder = folderOf({ columns, rows: [columns, HOSTILE] });
    const { stdout, stderr } = run(shell, folder, "2", columns);
    expect(stderr.toString()).toBe("");
    expect(stdout.toString().split("\0").slice(0, -1)).toEqual(HOSTILE);
    expect(spawnSync("ls", [folder]).stdout.toString().split("\n")).not.toContain("made");
  });

  test("any row of any table", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
      fc.string({ unit: fc.constantFrom("'", '"', "\\", "$", "`", "\n", "(", ")", ";", "0", "c") }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        (rows, pick) => {
          const at = pick % rows.length;
          const folder = folderOf({ columns: ["alpha", "beta"], rows });
          const { stdout } = run(shell, folder, String(at + 1), ["alpha", "beta"]);
          expect(stdout.toString()).toBe(`${rows[at]![0]}\0${rows[at]![1]}\0`);
        },
      ),
      { numRuns: 12 },
    );
  });

  test.each([undefined, "", "0", "3", "-1", "01", "1x", "$(id)", "99999999999999999999"])(
    "ends the job script when the task is %s",
    (task) => {
      const folder = folderOf({ columns: ["alpha"], rows: [["1"], ["2"]] });
      const { status, stdout, stderr } = run(shell, folder, task, ["alpha"]);
      expect([status, stdout.toString()]).toEqual([1, ""]);
      expect(stderr.toString()).toMatch(/SLURM_ARRAY_TASK_ID is no row.* 1 to 2/);
    },
  );

  test("of a job with one row takes that, and leaves nothing but it", () => {
    const table = { columns: ["alpha"], rows: [["7"]] };
    const folder = temporaryFolder();
    writeFileSync(join(folder, VALUES_FILE), valuesText(table));
    writeFileSync(join(folder, ROW_SCRIPT), rowScript(table.columns, undefined));
    const { stdout } = run(shell, folder, undefined, ["alpha"]);
    expect(stdout.toString()).toBe("7\0");
    const { stdout: env } = spawnSync("cat", [join(folder, "env")]);
    expect(env.toString()).toContain("alpha=7\0");
    expect(env.toString()).not.toContain("_sweep");
  });

  test("without its values ends the job script, and says why", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, ROW_SCRIPT), rowScript(["alpha"], 1));
    const { status, stderr } = run(shell, folder, "1", ["alpha"]);
    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(/there is no sweep-values.txt here/);
  });
});
