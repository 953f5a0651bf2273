import { CloudSubmitError } from "../../protocol/error.ts";
import {
  type AwsProfiles,
  namedProfile,
  PROFILE_VARIABLES,
  profileOf,
  readAwsProfiles,
} from "../credentials/aws-profiles.ts";
import { awsEnvironment } from "./config.ts";

type Values = Record<string, string | undefined>;

/** Where a setting is looked for: in the environment first, then in the profile, as the AWS CLI does. */
export interface Places {
  variable?: string;
  /** Key of the profile; one out of a nested section, `s3 =` and indented lines, is `s3.<key>`. */
  key?: string;
}

/** A setting as it was found. */
export interface AwsSetting {
  /** Where it was found. */
  name: string;
  text: string;
}

/** Both files as they were when a setting was looked for first, by the variables that name them: each run has many settings. */
const known = new Map<string, AwsProfiles>();

function knownProfiles(env: Values): AwsProfiles {
  const at = JSON.stringify(PROFILE_VARIABLES.map((name) => env[name]));
  const profiles = known.get(at) ?? readAwsProfiles(env);
  known.set(at, profiles);
  return profiles;
}

/** A setting that is not empty; undefined: there is none. */
export async function awsSetting(
  { variable, key }: Places,
  profile: string | undefined,
): Promise<AwsSetting | undefined> {
  const env = awsEnvironment();
  const set = variable === undefined ? undefined : env[variable]?.trim();
  if (variable !== undefined && set) return { name: variable, text: set };
  if (key === undefined) return undefined;
  const text = profileOf(knownProfiles(env), namedProfile(profile, env) ?? "default")?.[key];
  return text?.trim() ? { name: key, text: text.trim() } : undefined;
}

/** @throws CloudSubmitError `config` */
export function oneOf<Choice extends string>(
  choices: readonly Choice[],
  setting: AwsSetting | undefined,
): Choice | undefined {
  if (setting === undefined) return undefined;
  const choice = choices.find((one) => one === setting.text);
  return choice ?? refuse(setting, `give ${choices.join(", ").replace(/, (?=[^,]*$)/, " or ")}`);
}

/** @throws CloudSubmitError `config` */
export function positiveInteger(setting: AwsSetting | undefined): number | undefined {
  if (setting === undefined) return undefined;
  return /^[1-9]\d{0,8}$/.test(setting.text)
    ? Number(setting.text)
    : refuse(setting, "give a whole number, at least 1");
}

/** As the AWS CLI has it: all but `true`, in letters of any case, is false. Source: ensure_boolean of botocore. */
export function isTrue(setting: AwsSetting | undefined): boolean {
  return setting?.text.toLowerCase() === "true";
}

/** @throws CloudSubmitError `config`, saying where the setting was found and what to give */
export function refuse({ name, text }: AwsSetting, what: string): never {
  throw new CloudSubmitError("config", `${name}: ${what}, not ${JSON.stringify(text)}`);
}
