import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchConfig } from "../../config.ts";
import type { Tool } from "../tool.ts";

/** The AWS CLI, which the protocol's own commands are written with. */
export function awsCli({ venv }: BenchConfig): Tool {
  const program = join(venv, "bin", "aws");
  const s3 = (...args: string[]) => [program, "s3", ...args, "--only-show-errors"];
  return {
    name: "aws cli",
    version: /aws-cli\/(\S+)/.exec(execFileSync(program, ["--version"]).toString())?.[1] ?? "",
    setting: "defaults (10 requests at once); re-sync compares size and time only",
    env: ({ url, ca }) => ({
      AWS_ENDPOINT_URL: url,
      ...(ca !== undefined && { AWS_CA_BUNDLE: ca }),
    }),
    upload: (folder, prefix, { bucket }) =>
      s3("cp", "--recursive", folder, `s3://${bucket}/${prefix}/`),
    resync: (folder, prefix, { bucket }) => s3("sync", folder, `s3://${bucket}/${prefix}/`),
    download: (prefix, folder, { bucket }) =>
      s3("cp", "--recursive", `s3://${bucket}/${prefix}/`, folder),
  };
}

/** The same with Amazon's own transfer client in C, which it uses where it is asked to. */
export function awsCrt(config: BenchConfig): Tool {
  const tool = awsCli(config);
  const file = join(config.data, "aws-config");
  writeFileSync(file, "[default]\ns3 =\n  preferred_transfer_client = crt\n");
  return {
    ...tool,
    name: "aws cli, CRT",
    setting: "preferred_transfer_client = crt",
    env: (place) => ({ ...tool.env(place), AWS_CONFIG_FILE: file }),
  };
}
