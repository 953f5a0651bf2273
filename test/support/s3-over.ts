import { S3, type S3Access } from "../../bucket/s3/s3.ts";

/** S3 at a server of a test: no waits between attempts, and fixed credentials. */
export function s3Over(endpointUrl: string, more: S3Access = {}): S3 {
  return new S3({
    region: "us-east-1",
    endpointUrl,
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
    clock: { now: Date.now, sleep: async () => undefined, random: Math.random },
    ...more,
  });
}
