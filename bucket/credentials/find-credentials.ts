import type { AwsCredentialIdentity } from "@smithy/types";
import { messageOf } from "../../protocol/error.ts";
import type { Environment } from "../network/proxy.ts";
import { type AskForCode, assumedRole, webIdentityRole } from "./assumed-role.ts";
import {
  type AwsProfiles,
  namedProfile,
  profileOf,
  readAwsProfiles,
  type Section,
} from "./aws-profiles.ts";
import { CredentialsError, profilePlace } from "./credentials-error.ts";
import { instanceCredentials } from "./instance-credentials.ts";
import { keysIn } from "./keys-in.ts";
import { processCredentials } from "./process-credentials.ts";
import { containerCredentials, type SdkClientSettings } from "./sources.ts";

/** Where credentials are looked for, and with what. */
export interface CredentialPorts {
  env: Environment;
  /** Given by a flag, or a file of settings: it goes before keys in the environment. */
  profile: string | undefined;
  sdk: () => Promise<SdkClientSettings>;
  /** undefined: nobody can be asked. */
  askForCode: AskForCode | undefined;
  /** Those that were found last have been refused. */
  isRefused: boolean;
}

/**
 * Looks for credentials where, and in the order in which, the AWS CLI does: the profile that was given, keys in the
 * environment, the profile that the environment names, the container, the instance. Source: create_credential_resolver
 * and ProfileProviderBuilder of botocore.
 *
 * @throws CredentialsError naming the profile, or the program, that has none
 */
export async function findCredentials(ports: CredentialPorts): Promise<AwsCredentialIdentity> {
  const { env, profile: given } = ports;
  const profiles = readAwsProfiles(env);
  const named = namedProfile(given, env);
  const name = named ?? "default";
  const section = profileOf(profiles, name) ?? {};
  if (named !== undefined) checkThere(profiles, named);
  const keys = given === undefined ? keysIn(env) : undefined;
  return (
    keys ??
    (await new ProfileSource(ports, profiles).find(name, section, given === undefined)) ??
    (await containerCredentials(env)) ??
    (await instanceCredentials(env)) ??
    notFound(named)
  );
}

function notFound(named: string | undefined): never {
  if (named === undefined)
    throw new CredentialsError(undefined, "there are none in the environment, or in a profile");
  throw new CredentialsError(profilePlace(named), "it names no credentials");
}

function checkThere(profiles: AwsProfiles, name: string): void {
  if (profileOf(profiles, name)) return;
  const { config, credentials } = profiles.paths;
  throw new CredentialsError(profilePlace(name), `it is in neither ${config} nor ${credentials}`);
}

/** The kinds of credentials that a profile may name. */
class ProfileSource {
  readonly #ports: CredentialPorts;
  readonly #profiles: AwsProfiles;

  constructor(ports: CredentialPorts, profiles: AwsProfiles) {
    this.#ports = ports;
    this.#profiles = profiles;
  }

  /**
   * @param withEnv whether the environment may name a web identity
   * @param visited profiles whose roles wait for this one's credentials
   */
  async find(
    name: string,
    section: Section,
    withEnv: boolean,
    visited: readonly string[] = [],
  ): Promise<AwsCredentialIdentity | undefined> {
    const place = profilePlace(name);
    const hasKeys = "aws_access_key_id" in section || "aws_secret_access_key" in section;
    const isRole = "role_arn" in section && !("web_identity_token_file" in section);
    // The keys of one that is a source go before its role, so that it may name itself.
    if (isRole && !(hasKeys && visited.length > 0)) return this.#role(name, section, visited);
    const env = withEnv ? this.#ports.env : {};
    const file = env["AWS_WEB_IDENTITY_TOKEN_FILE"] || section["web_identity_token_file"];
    if (file) {
      const roleArn = env["AWS_ROLE_ARN"] || section["role_arn"];
      const session = env["AWS_ROLE_SESSION_NAME"] || section["role_session_name"];
      const from = env["AWS_WEB_IDENTITY_TOKEN_FILE"] ? "the environment" : place;
      return webIdentityRole(from, { file, roleArn, name: session }, await this.#ports.sdk());
    }
    if ("sso_role_name" in section || "sso_account_id" in section) return this.#sso(name);
    const { credentials, config } = this.#profiles;
    const keys = keysOf(place, credentials.get(name));
    if (keys) return keys;
    if ("login_session" in section) return this.#login(name);
    const command = section["credential_process"];
    if (command !== undefined) return processCredentials(command, place);
    return keysOf(place, config.get(name));
  }

  async #role(
    name: string,
    section: Section,
    visited: readonly string[],
  ): Promise<AwsCredentialIdentity> {
    const { source_profile: profile, credential_source: source } = section;
    const place = profilePlace(name);
    if ((profile === undefined) === (source === undefined))
      throw new CredentialsError(
        place,
        "a role_arn needs either a source_profile or a credential_source",
      );
    const { sdk, askForCode, isRefused } = this.#ports;
    const request = { profile: name, section, sdk: await sdk(), askForCode, isRefused };
    return assumedRole(request, async () => {
      const found =
        profile === undefined
          ? await this.#named(place, source ?? "")
          : await this.#source(profile, [...visited, name]);
      if (found) return found;
      throw new CredentialsError(place, `${profile ?? source} has no credentials for its role_arn`);
    });
  }

  async #source(profile: string, visited: readonly string[]) {
    checkThere(this.#profiles, profile);
    const section = profileOf(this.#profiles, profile) ?? {};
    if (visited.includes(profile) && !("aws_access_key_id" in section))
      throw new CredentialsError(
        profilePlace(profile),
        `source_profile leads back to it: ${[...visited, profile].join(", ")}`,
      );
    return this.find(profile, section, false, visited);
  }

  async #named(place: string, source: string): Promise<AwsCredentialIdentity | undefined> {
    const { env } = this.#ports;
    if (source === "Environment") return keysIn(env);
    if (source === "EcsContainer") return containerCredentials(env);
    if (source === "Ec2InstanceMetadata") return instanceCredentials(env);
    const known = "give Environment, EcsContainer or Ec2InstanceMetadata";
    throw new CredentialsError(place, `credential_source: ${known}, not ${JSON.stringify(source)}`);
  }

  async #sso(profile: string): Promise<AwsCredentialIdentity> {
    const { fromSSO } = await import("@aws-sdk/credential-provider-sso");
    return this.#bySdk(profile, "SSO", async (init) => fromSSO(init)());
  }

  async #login(profile: string): Promise<AwsCredentialIdentity> {
    const { fromLoginCredentials } = await import("@aws-sdk/credential-provider-login");
    return this.#bySdk(profile, "aws login", async (init) => fromLoginCredentials(init)());
  }

  async #bySdk(
    profile: string,
    kind: string,
    find: (init: object) => Promise<AwsCredentialIdentity>,
  ): Promise<AwsCredentialIdentity> {
    // Without a region, which is that of the session.
    const { region, ...clientConfig } = await this.#ports.sdk();
    const parentClientConfig = { ...clientConfig, region };
    try {
      return await find({ profile, clientConfig, parentClientConfig, ignoreCache: true });
    } catch (cause) {
      throw new CredentialsError(profilePlace(profile), `${kind}: ${messageOf(cause)}`, { cause });
    }
  }
}

function keysOf(place: string, section: Section = {}): AwsCredentialIdentity | undefined {
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = section;
  if (accessKeyId === undefined) return undefined;
  if (secretAccessKey === undefined)
    throw new CredentialsError(place, "it has aws_access_key_id without aws_secret_access_key");
  const sessionToken = section["aws_security_token"] || section["aws_session_token"];
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
