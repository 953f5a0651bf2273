import { join } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import type { BenchConfig } from "../../config.ts";
import type { Tool } from "../tool.ts";

/** This project, as the command line has it built in, with Node.js's start. */
export function cloudSubmit({ checkout }: BenchConfig): Tool & { list(prefix: string): string[] } {
  const client = (...args: string[]) => [
    process.execPath,
    join(checkout, "dist", "bench", "transfer-client.cjs"),
    ...args,
  ];
  const send = (folder: string, prefix: string) => client("upload", folder, prefix);
  return {
    name: "cloud-submit",
    version: packageJson.version,
    setting: "defaults: lists the prefix, compares size and content, sends what differs",
    env: ({ url, bucket, ca }) => ({
      AWS_ENDPOINT_URL: url,
      CLOUD_SUBMIT_BUCKET: bucket,
      ...(ca !== undefined && { AWS_CA_BUNDLE: ca }),
    }),
    list: (prefix) => client("list", prefix),
    upload: send,
    resync: send,
    download: (prefix, folder) => client("download", prefix, folder),
  };
}
