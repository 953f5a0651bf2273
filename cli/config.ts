import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { CloudSubmitError, messageOf } from "../protocol/error.ts";
import { unknownSetting } from "../protocol/settings.ts";
import { CommandError } from "./errors/command-error.ts";
import { GLOBAL_FLAGS, SETTING_NAMES, type Settings } from "./global-flags.ts";

/** Name of the configuration file, looked for in the working folder and those above it. */
export const CONFIG_FILE = "cloud-submit.json";

const setting = z.string().min(1).optional();
const fileSchema = z.strictObject(Object.fromEntries(SETTING_NAMES.map((name) => [name, setting])));

/** Settings of verbs that work on jobs. The AWS tools' own settings supply what is not given. */
export interface CliConfig extends Settings {
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
  if (!bucket)
    throw new CommandError("config", (say) =>
      say("problem.noBucket", { json: '{"bucket": "NAME"}', file: CONFIG_FILE }),
    );
  return { ...settings, bucket };
}

/** The same for verbs that work on no one bucket. */
export function settingsOf(flags: Settings, env: NodeJS.ProcessEnv, cwd: string): Settings {
  const unknown = unknownSetting(env);
  if (unknown)
    throw new CommandError("config", (say) => say("problem.unknownSetting", { ...unknown }));
  const file = readConfigFile(cwd);
  return Object.fromEntries(
    SETTING_NAMES.map((name) => {
      const given = GLOBAL_FLAGS[name].env.map((variable) => env[variable]);
      return [name, flags[name] ?? given.find((text) => text !== undefined) ?? file[name]];
    }),
  );
}

function readConfigFile(cwd: string): Settings {
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

function parseConfigFile(text: string, path: string): Settings {
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
