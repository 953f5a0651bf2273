import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Whom the AWS CLI would be, for each environment and `--profile`: the access key, null, or the error's name. */
export function askAwsCli(
  asked: readonly { env: Record<string, string>; profile: string | null }[],
): (string | null | { error: string })[] {
  const python = path("../../.local/venv/bin/python");
  if (!existsSync(python)) throw new Error("the AWS CLI is missing: npm run setup brings it, once");
  const { status, stdout, stderr } = spawnSync(python, [path("ask_aws_cli.py")], {
    input: JSON.stringify(asked),
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: "/nonexistent" },
  });
  if (status !== 0) throw new Error(`the AWS CLI cannot be asked: ${stderr}`);
  return JSON.parse(stdout) as ReturnType<typeof askAwsCli>;
}
