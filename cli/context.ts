import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStore } from "../transfer/object-store.ts";
import { UploadStateFolder } from "../transfer/s3/upload-states.ts";
import { S3 } from "../transfer/s3.ts";
import { type ConfigFlags, cliConfig, hashCache, uploadStates } from "./config.ts";

/** What every verb works with. */
export interface Context {
  bucket: string;
  store: ObjectStore;
  /** Results, for people and pipes. */
  out(line: string): void;
  /** Results that are bytes; returns when there is room for more. */
  write(bytes: Uint8Array): Promise<void>;
  /** What is going on. */
  err(line: string): void;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
  /** A few random characters. */
  random(): string;
  /** user@host */
  submitter: string;
  /** File that remembers the hashes of large files; undefined: nothing does. */
  hashCache?: string;
}

/** The context of a real command line. */
export function realContext(flags: ConfigFlags): Context {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const config = cliConfig(flags, process.env, process.cwd());
  const s3 = new S3({
    region: config.region,
    profile: config.profile,
    states: new UploadStateFolder(uploadStates(process.env)),
  });
  return {
    bucket: config.bucket,
    store: s3.store(config.bucket),
    out: (line) => process.stdout.write(`${line}\n`),
    write: async (bytes) => {
      if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
    },
    err: (line) => process.stderr.write(`${line}\n`),
    now: () => new Date(),
    sleep: (ms) => sleep(ms),
    random: () => randomBytes(3).toString("hex"),
    submitter: `${userInfo().username}@${hostname()}`,
    hashCache: hashCache(process.env, process.platform),
  };
}
