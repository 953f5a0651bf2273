import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { S3Client } from "@aws-sdk/client-s3";
import type { ObjectStore } from "../transfer/object-store.ts";
import { S3_TIMEOUTS } from "../transfer/s3-timeouts.ts";
import { S3Store } from "../transfer/s3-store.ts";
import { type ConfigFlags, cliConfig } from "./config.ts";
import type { Ui } from "./ui/ui.ts";

/** What the verbs that work on jobs work with. */
export interface Context extends Ui {
  bucket: string;
  store: ObjectStore;
  /** A few random characters. */
  random(): string;
  /** user@host */
  submitter: string;
}

/** The context of a real command line. */
export function realContext(flags: ConfigFlags, ui: Ui): Context {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const config = cliConfig(flags, process.env, process.cwd());
  const client = new S3Client({
    maxAttempts: 5,
    requestHandler: S3_TIMEOUTS,
    ...(config.region !== undefined && { region: config.region }),
    ...(config.profile !== undefined && { profile: config.profile }),
  });
  return {
    ...ui,
    bucket: config.bucket,
    store: new S3Store(client, config.bucket),
    random: () => randomBytes(3).toString("hex"),
    submitter: submitterName(),
  };
}

/** user@host; containers run under numbers that have no name. */
function submitterName(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? "unknown"}@${hostname()}`;
  }
}
