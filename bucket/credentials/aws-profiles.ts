import { homedir } from "node:os";
import { join } from "node:path";
import { readSmallFile } from "../disk/read-small-file.ts";
import type { Environment } from "../network/proxy.ts";
import { posixWords } from "./split-command.ts";

/** Keys of a section, in lower case; one out of an indented list, as below `s3 =`, is `s3.<key>`; those of its services begin with `services.`. */
export type Section = Readonly<Record<string, string>>;

/** The AWS tools' two files. */
export interface AwsProfiles {
  /** Of the file of credentials. */
  credentials: ReadonlyMap<string, Section>;
  /** Of the file of settings. */
  config: ReadonlyMap<string, Section>;
  /** Where both are, for messages. */
  paths: { credentials: string; config: string };
}

/** Variables that say where both files are. */
export const PROFILE_VARIABLES = [
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_CONFIG_FILE",
  "HOME",
  "USERPROFILE",
] as const;

/**
 * Reads both files as the AWS CLI does, which knows more names of profiles than the SDK: with spaces, in quotation marks.
 * One that cannot be read counts as empty. Source: botocore's configloader.py, Python's configparser.
 *
 * @param homeOf the home folder of the user; may throw where there is none, as in containers under a number without a name
 */
export function readAwsProfiles(env: Environment, homeOf: () => string = homedir): AwsProfiles {
  const home = homeFolder(env, homeOf);
  const paths = {
    credentials: pathOf("credentials", env["AWS_SHARED_CREDENTIALS_FILE"], home),
    config: pathOf("config", env["AWS_CONFIG_FILE"], home),
  };
  const config = new Map<string, Section>();
  const sections = sectionsOf(paths.config);
  for (const [title, section] of sections) {
    const name = title === "default" ? title : named("profile", title);
    const services = section["services"] && serviceSettings(sections, section["services"]);
    if (name !== undefined) config.set(name, { ...section, ...services });
  }
  return { credentials: sectionsOf(paths.credentials), config, paths };
}

/** A profile out of both files, of which that of credentials comes first; undefined: neither has it. */
export function profileOf({ credentials, config }: AwsProfiles, name: string): Section | undefined {
  const found = [config.get(name), credentials.get(name)];
  return found.some(Boolean) ? Object.assign({}, ...found) : undefined;
}

/** The profile that is named: by the flag, else by the environment; undefined: none is. Source: botocore's session.py. */
export function namedProfile(given: string | undefined, env: Environment): string | undefined {
  return given ?? (env["AWS_DEFAULT_PROFILE"] || env["AWS_PROFILE"] || undefined);
}

function homeFolder(env: Environment, homeOf: () => string): string {
  const set = env[process.platform === "win32" ? "USERPROFILE" : "HOME"];
  if (set) return set;
  try {
    return homeOf();
  } catch {
    // As Python's expanduser leaves it: there is no file of that name.
    return "~";
  }
}

function pathOf(name: string, set: string | undefined, home: string): string {
  if (!set) return join(home, ".aws", name);
  return set.startsWith("~/") ? join(home, set.slice(2)) : set;
}

/** The name in a section's title of two words, of which this is the first. */
function named(kind: string, title: string): string | undefined {
  if (!title.startsWith(kind)) return undefined;
  try {
    const [, name, ...more] = posixWords(title);
    return more.length === 0 ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Settings of a profile's section of services, as `services.<service>.<key>`. */
function serviceSettings(sections: ReadonlyMap<string, Section>, name: string): Section {
  const found = [...sections].find(([title]) => named("services", title) === name)?.[1] ?? {};
  return Object.fromEntries(
    Object.entries(found).map(([key, value]) => [`services.${key}`, value]),
  );
}

function sectionsOf(path: string): Map<string, Section> {
  let text: string;
  try {
    text = readSmallFile(path).toString("utf8");
  } catch {
    return new Map();
  }
  return parseSections(text);
}

/** Sections by their titles. */
export function parseSections(text: string): Map<string, Section> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === "" || /^[#;]/.test(trimmed)) continue;
    const title = /^\[(.+)\]/.exec(line)?.[1];
    const [, name = "", value = ""] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(trimmed) ?? [];
    if (title !== undefined) {
      section = sections.get(title) ?? {};
      sections.set(title, section);
      key = undefined;
    } else if (section && key !== undefined && /^\s/.test(line)) {
      // Of an indented list, or the rest of a value.
      if (section[key] === "") section[`${key}.${name.toLowerCase()}`] = value;
      else section[key] += `\n${trimmed}`;
    } else if (section && name !== "") section[(key = name.toLowerCase())] = value;
  }
  return sections;
}
