import { CloudSubmitError } from "../../protocol/error.ts";

type Values = Record<string, string | undefined>;

/** Where a setting is looked for: in the environment first, then in the profile, as the AWS CLI does. */
export interface Places {
  variable?: string;
  /**
   * Key of the profile. loadSharedConfigFiles gives one out of a nested section, `s3 =` and indented lines, as
   * `s3.<key>`. Source: parseIni of @smithy/core/config.
   */
  key?: string;
}

/** A setting as it was found. */
export interface AwsSetting {
  /** Where it was found. */
  name: string;
  text: string;
}

/** A setting that is not empty; undefined: there is none. */
export async function awsSetting(
  { variable, key }: Places,
  profile: string | undefined,
): Promise<AwsSetting | undefined> {
  const { loadConfig } = await import("@smithy/core/config");
  const look = (name: string | undefined) => (values: Values) => {
    const text = name === undefined ? undefined : values[name]?.trim();
    return name !== undefined && text ? { name, text } : undefined;
  };
  // loadConfig takes an error of a selector for a setting that is not there: the value is checked afterwards.
  return loadConfig<AwsSetting | undefined>(
    {
      environmentVariableSelector: look(variable),
      configFileSelector: look(key),
      default: undefined,
    },
    profile === undefined ? {} : { profile },
  )();
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
