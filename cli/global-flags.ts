import { LANGUAGES } from "./messages/say.ts";
import type { Flag, Flags, ValuesOf } from "./verb.ts";

/** Flags of every verb. */
export const GLOBAL_FLAGS = {
  bucket: {
    value: "name",
    env: ["CLOUD_SUBMIT_BUCKET"],
    help: "job bucket (or CLOUD_SUBMIT_BUCKET, or cloud-submit.json)",
  },
  region: {
    value: "name",
    // The SDK for JavaScript knows AWS_REGION only; the AWS CLI knows both.
    env: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    help: "AWS region (default: the setting of the AWS tools)",
  },
  profile: {
    value: "name",
    env: ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"],
    help: "AWS profile (default: the setting of the AWS tools)",
  },
  sse: {
    value: "algorithm",
    env: ["CLOUD_SUBMIT_SSE"],
    help: "encryption that objects are written with: AES256, aws:kms[:KEY] or aws:kms:dsse[:KEY] (default: the bucket's)",
  },
  sseCKey: {
    value: "file",
    env: ["CLOUD_SUBMIT_SSE_C_KEY"],
    help: "file with a key of your own (SSE-C) for the data of jobs; the Head Node must have it, too",
  },
  limitRate: {
    value: "rate",
    env: ["CLOUD_SUBMIT_LIMIT_RATE"],
    help: "at most so many bytes a second to and from S3, all transfers together, from 16K to 1T: 500K, 1.5M, 10MB/s, each letter for 1024 times as much; off: no limit",
  },
  json: { help: "print results as JSON: one object, or one on each line" },
  progress: {
    help: "with --json: tell on stderr how far it is, a JSON object on each line",
  },
  quiet: { short: "q", help: "print results and errors only" },
  lang: {
    value: "language",
    choices: LANGUAGES,
    help: "language of messages (default: from LC_ALL, LC_MESSAGES or LANG)",
  },
} as const satisfies Flags;

export type GlobalFlags = ValuesOf<typeof GLOBAL_FLAGS>;

/** Flags that stand for a setting: the environment and cloud-submit.json give it, too. */
type SettingName = {
  [Name in keyof typeof GLOBAL_FLAGS]: (typeof GLOBAL_FLAGS)[Name] extends { env: unknown }
    ? Name
    : never;
}[keyof typeof GLOBAL_FLAGS];
export const SETTING_NAMES = Object.entries<Flag>(GLOBAL_FLAGS)
  .filter(([, { env }]) => env)
  .map(([name]) => name as SettingName);

/** Settings as far as they are given. */
export type Settings = Pick<GlobalFlags, SettingName>;
