import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { readSmallFile } from "../bucket/disk/read-small-file.ts";
import type { GivenName } from "../bucket/s3/request-settings.ts";
import { CloudSubmitError, messageOf } from "../protocol/error.ts";
import { FileError } from "../protocol/file-error.ts";
import { unknownSetting } from "../protocol/settings.ts";
import { decodeText } from "../transfer/names/decode-text.ts";
import { aboutFile, CommandError } from "./errors/command-error.ts";
import { GLOBAL_FLAGS, SETTING_NAMES, type Settings } from "./global-flags.ts";

/** Name of the configuration file, looked for in the working folder and those above it. */
export const CONFIG_FILE = "cloud-submit.json";

const setting = z.string().min(1).optional();
const fileSchema = z.strictObject({
  ...Object.fromEntries(SETTING_NAMES.map((name) => [name, setting])),
  // Without a unit it is a number, too.
  limitRate: z.union([setting, z.number().transform(String)]),
  slurmPrefix: setting,
});
type FileSettings = Settings & { slurmPrefix?: string | undefined };

/** Settings, and where those were found that are read later. */
interface FoundSettings extends Settings {
  /** Names for messages; undefined: on the command line, as all that it does not name. */
  from?: { readonly [Name in GivenName]?: string };
}
const READ_LATER: ReadonlySet<string> = new Set<GivenName>(["sse", "sseCKey", "limitRate"]);

/** Settings of verbs that work on jobs. The AWS tools' own settings supply what is not given. */
export interface CliConfig extends FoundSettings {
  bucket: string;
}

/**
 * Settings from flags, then the environment, then cloud-submit.json.
 *
 * @throws CloudSubmitError `config`, naming the setting and how to give it
 */
export function cliConfig(flags: Settings, env: NodeJS.ProcessEnv, cwd: string): CliConfig {
  const settings = settingsOf(flags, env, cwd);
  const { bucket } = settings;
  if (bucket) checkBucket(bucket);
  if (!bucket)
    throw new CommandError("config", (say) =>
      say("problem.noBucket", { json: '{"bucket": "NAME"}', file: CONFIG_FILE }),
    );
  return { ...settings, bucket };
}

/** A bucket's name, also one of the old ones. Source: Amazon S3 User Guide, "General purpose bucket naming rules". */
const BUCKET = /^[\w.-]{1,255}$/;

/** @throws CloudSubmitError `config`, saying what was meant where that is plain */
function checkBucket(bucket: string): void {
  if (BUCKET.test(bucket)) return;
  const shown = JSON.stringify(bucket);
  const meant = bucket.replace(/^s3:\/\//, "").replace(/[/\s].*$/s, "");
  throw new CommandError("config", (say) =>
    BUCKET.test(meant)
      ? say("problem.meantBucket", { bucket: shown, meant })
      : say("problem.badBucket", { bucket: shown }),
  );
}

/** @throws CloudSubmitError `config`, naming the setting */
function checkText(setting: string, value: string | undefined): string | undefined {
  if (value !== undefined && /\p{Cc}/u.test(value))
    throw new CommandError("config", (say) =>
      say("problem.badSetting", { setting, value: JSON.stringify(value) }),
    );
  return value;
}

/** The same for verbs that work on no one bucket. */
export function settingsOf(flags: Settings, env: NodeJS.ProcessEnv, cwd: string): FoundSettings {
  const unknown = unknownSetting(env);
  if (unknown)
    throw new CommandError("config", (say) => say("problem.unknownSetting", { ...unknown }));
  const { path, ...file } = readConfigFile(cwd);
  const from: Record<string, string> = {};
  const settings = Object.fromEntries(
    SETTING_NAMES.map((name) => {
      const variable = GLOBAL_FLAGS[name].env.find((one) => env[one]);
      const inEnv = variable && env[variable];
      // Of a profile that only the environment names, the AWS settings decide: keys beside it go before it.
      const found = name === "profile" && inEnv ? undefined : (inEnv ?? file[name]);
      const value = flags[name] ?? found;
      if (READ_LATER.has(name) && flags[name] === undefined && found !== undefined)
        from[name] = variable ?? `${name} in ${path}`;
      return [name, name === "bucket" ? value : checkText(name, value)];
    }),
  );
  return Object.keys(from).length > 0 ? { ...settings, from } : settings;
}

/** How prefixes of jobs are to begin that `sbatch` sends; undefined: nothing is set. */
export function slurmPrefixOf(env: NodeJS.ProcessEnv, cwd: string): string | undefined {
  return checkText("slurmPrefix", env.CLOUD_SUBMIT_SLURM_PREFIX || readConfigFile(cwd).slurmPrefix);
}

function readConfigFile(cwd: string): FileSettings & { path?: string } {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, CONFIG_FILE);
    const found = parseIfThere(path);
    if (found) return { ...found, path };
    if (folder === dirname(folder)) return {};
  }
}

/** @throws CloudSubmitError `config` when it cannot be used */
function parseIfThere(path: string): FileSettings | undefined {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(decodeText(path, readSmallFile(path))));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error([issue?.path.join("."), issue?.message].filter(Boolean).join(": "));
  } catch (error) {
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR"].includes(code)) return undefined;
    // In a folder that cannot be searched, nobody knows of one.
    if (code === "EACCES" && !isSeen(path)) return undefined;
    if (code !== "EACCES" && syscall !== undefined) throw error;
    if (error instanceof FileError) throw aboutFile("config", error);
    throw new CloudSubmitError("config", `${path}: ${messageOf(error)}`, { cause: error });
  }
}

function isSeen(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Where settings of the real command line come from. */
export function localEnvironment(): { env: NodeJS.ProcessEnv; cwd: string } {
  // The SDK tells users of Node.js 20 to update, at each start; it works there until then.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return { env: process.env, cwd: process.cwd() };
}
