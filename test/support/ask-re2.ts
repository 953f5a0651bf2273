import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Results of RE2 itself, the engine of SSM agents, for each pattern: whether it is found in each of the values,
 * or why RE2 refuses to compile it.
 */
export function askRe2(asked: readonly (readonly [string, readonly string[]])[]) {
  const python = path("../../.local/venv/bin/python");
  if (!existsSync(python)) throw new Error("RE2 is missing: npm run setup brings it, once");
  const { status, stdout, stderr } = spawnSync(python, [path("ask_re2.py")], {
    input: JSON.stringify(asked),
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
  });
  if (status !== 0) throw new Error(`RE2 cannot be asked: ${stderr}`);
  return JSON.parse(stdout) as (boolean[] | string)[];
}
