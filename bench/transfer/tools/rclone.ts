import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { BenchConfig } from "../../config.ts";
import type { Place, Tool } from "../tool.ts";

/** rclone, with the settings that its manual names for many files and for large ones. */
export function rclone({ venv }: BenchConfig): Tool {
  const program = join(venv, "bin", "rclone");
  const tuned = [
    ["--transfers", "64"],
    ["--checkers", "64"],
    ["--s3-chunk-size", "16M"],
    ["--s3-upload-concurrency", "8"],
    // Compares MD5 and ETag, as cloud-submit does, instead of asking for each object's time.
    ["--checksum"],
    // No look at each object after it was sent: S3 has checked its MD5.
    ["--s3-no-head"],
    ["--s3-no-check-bucket"],
    // No MD5 of a whole large file before its parts are sent.
    ["--s3-disable-checksum"],
  ].flat();
  const copy = (from: string, to: string, { ca }: Place) => [
    program,
    "copy",
    from,
    to,
    ...tuned,
    ...(ca === undefined ? [] : ["--ca-cert", ca]),
  ];
  const remote = (prefix: string, { bucket }: Place) => `bench:${bucket}/${prefix}`;
  return {
    name: "rclone",
    version:
      execFileSync(program, ["version"]).toString().split("\n")[0]?.replace("rclone v", "") ?? "",
    setting: tuned.join(" "),
    env: ({ url }) => ({
      RCLONE_CONFIG: "/dev/null",
      RCLONE_CONFIG_BENCH_TYPE: "s3",
      RCLONE_CONFIG_BENCH_PROVIDER: "Other",
      RCLONE_CONFIG_BENCH_ENV_AUTH: "true",
      RCLONE_CONFIG_BENCH_ENDPOINT: url,
      RCLONE_CONFIG_BENCH_REGION: "us-east-1",
    }),
    upload: (folder, prefix, place) => copy(folder, remote(prefix, place), place),
    resync: (folder, prefix, place) => copy(folder, remote(prefix, place), place),
    download: (prefix, folder, place) => copy(remote(prefix, place), folder, place),
  };
}
