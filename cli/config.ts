import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { CloudSubmitError, messageOf } from "../protocol/error.ts";
import { unknownSetting } from "../protocol/settings.ts";
import { CommandError } from "./errors/command-error.ts";

/** Name of the configuration file, looked for in the working folder and those above it. */
export const CONFIG_FILE = "cloud-submit.json";

const fileSchema = z.strictObject({
  bucket: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  profile: z.string().min(1).optional(),
});

/** Settings that flags may give. */
export type ConfigFlags = z.infer<typeof fileSchema>;

/** What every verb needs to know of AWS. */
export interface AwsSettings {
  /** undefined: what ~/.aws/config says. */
  region: string | undefined;
  /** undefined: what the AWS tools take. */
  profile: string | undefined;
}

/** What verbs that work on jobs need to know. */
export interface CliConfig extends AwsSettings {
  bucket: string;
}

/**
 * Settings from flags, then the environment, then cloud-submit.json.
 *
 * @throws CloudSubmitError `config`, naming the setting and how to give it
 */
export function cliConfig(flags: ConfigFlags, env: NodeJS.ProcessEnv, cwd: string): CliConfig {
  const { bucket, ...aws } = settings(flags, env, cwd);
  if (!bucket)
    throw new CommandError("config", (say) =>
      say("problem.noBucket", { json: '{"bucket": "NAME"}', file: CONFIG_FILE }),
    );
  return { bucket, ...aws };
}

/** The settings of verbs that work on no one bucket; from the same places. */
export function awsSettings(flags: ConfigFlags, env: NodeJS.ProcessEnv, cwd: string): AwsSettings {
  const { region, profile } = settings(flags, env, cwd);
  return { region, profile };
}

function settings(flags: ConfigFlags, env: NodeJS.ProcessEnv, cwd: string) {
  const unknown = unknownSetting(env);
  if (unknown)
    throw new CommandError("config", (say) => say("problem.unknownSetting", { ...unknown }));
  const file = readConfigFile(cwd);
  return {
    bucket: flags.bucket ?? env.CLOUD_SUBMIT_BUCKET ?? file.bucket,
    // The SDK for JavaScript knows AWS_REGION only; the AWS CLI knows both.
    region: flags.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? file.region,
    profile: flags.profile ?? env.AWS_PROFILE ?? file.profile,
  };
}

function readConfigFile(cwd: string): ConfigFlags {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_FILE);
    const text = readIfThere(path);
    if (text !== undefined) return parseConfigFile(text, path);
    if (folder === dirname(folder)) return {};
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}

function parseConfigFile(text: string, path: string): ConfigFlags {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error([issue?.path.join("."), issue?.message].filter(Boolean).join(": "));
  } catch (error) {
    throw new CloudSubmitError("config", `${path}: ${messageOf(error)}`, { cause: error });
  }
}

/** Where settings of the real command line come from. */
export function localEnvironment(): { env: NodeJS.ProcessEnv; cwd: string } {
  // The SDK tells users of Node.js 20 to update, at each start; it works there until then.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return { env: process.env, cwd: process.cwd() };
}
