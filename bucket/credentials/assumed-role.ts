import { readFileSync } from "node:fs";
import type { AwsCredentialIdentity } from "@smithy/types";
import { messageOf } from "../../protocol/error.ts";
import type { Section } from "./aws-profiles.ts";
import { CredentialsError, profilePlace } from "./credentials-error.ts";
import type { SdkClientSettings } from "./sources.ts";

/** Asks somebody for the code of a device; undefined: nobody is there. */
export type AskForCode = (about: {
  profile: string;
  serial: string;
}) => Promise<string | undefined>;

/** A session is not used when it ends so soon, in milliseconds. */
const SOON_MS = 5 * 60_000;
/** One that is so young is not made anew, even when it was refused: a code can be used once. */
const YOUNG_MS = 60_000;

/** Sessions that somebody has given a code for, by what they were asked for with: nobody is asked twice in a run. */
const sessions = new Map<string, { at: number; session: AwsCredentialIdentity }>();

/** A role that a profile names, and the means to take it. */
export interface RoleRequest {
  profile: string;
  section: Section;
  sdk: SdkClientSettings;
  askForCode: AskForCode | undefined;
  /** The session that was found last has been refused. */
  isRefused: boolean;
}

/**
 * The credentials of a role that a profile names, from STS.
 *
 * @param source the credentials that may take the role; looked for when they are needed
 * @throws CredentialsError naming the profile
 */
export async function assumedRole(
  { profile, section, sdk, askForCode, isRefused }: RoleRequest,
  source: () => Promise<AwsCredentialIdentity>,
): Promise<AwsCredentialIdentity> {
  const serial = section["mfa_serial"];
  const seconds = Number(section["duration_seconds"]);
  const asked = {
    RoleArn: section["role_arn"] ?? "",
    ...(section["external_id"] && { ExternalId: section["external_id"] }),
    ...(Number.isInteger(seconds) && seconds > 0 && { DurationSeconds: seconds }),
    ...(serial && { SerialNumber: serial }),
  };
  const key = JSON.stringify([profile, section["role_session_name"], asked]);
  const known = sessions.get(key);
  if (known && isOfUse(known, isRefused)) return known.session;
  const credentials = await source();
  const code = serial && (await codeFor({ profile, serial }, askForCode));
  const session = await fromSts(
    profilePlace(profile),
    `AssumeRole of ${asked.RoleArn}`,
    async () => {
      const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
      const client = new STSClient({ ...sdk, credentials });
      const RoleSessionName = section["role_session_name"] || sessionName();
      const command = { ...asked, RoleSessionName, ...(code && { TokenCode: code }) };
      return client.send(new AssumeRoleCommand(command)).finally(() => client.destroy());
    },
  );
  if (serial) sessions.set(key, { at: Date.now(), session });
  return session;
}

function isOfUse(
  { at, session }: { at: number; session: AwsCredentialIdentity },
  isRefused: boolean,
): boolean {
  if (isRefused && Date.now() - at > YOUNG_MS) return false;
  return (session.expiration?.getTime() ?? 0) - Date.now() > SOON_MS;
}

async function codeFor(
  about: { profile: string; serial: string },
  askForCode: AskForCode | undefined,
): Promise<string> {
  const place = profilePlace(about.profile);
  const needed = `the code of the MFA device ${about.serial} is needed`;
  const code = (await askForCode?.(about))?.trim();
  if (code === undefined)
    throw new CredentialsError(place, `${needed}, and there is no terminal to ask on`);
  if (/^\d{6}$/.test(code)) return code;
  throw new CredentialsError(place, `${needed}: it has six digits`);
}

/**
 * The credentials of a role for a token of somebody else's, such as Kubernetes'.
 *
 * @throws CredentialsError naming `place` and the file
 */
export async function webIdentityRole(
  place: string,
  { file, roleArn, name }: { file: string; roleArn: string | undefined; name: string | undefined },
  sdk: SdkClientSettings,
): Promise<AwsCredentialIdentity> {
  if (!roleArn) throw new CredentialsError(place, "there is a web identity token, but no role_arn");
  let token: string;
  try {
    token = readFileSync(file, "utf8");
  } catch (cause) {
    throw new CredentialsError(place, `web_identity_token_file: ${messageOf(cause)}`, { cause });
  }
  return fromSts(place, `AssumeRoleWithWebIdentity of ${roleArn}`, async () => {
    const { AssumeRoleWithWebIdentityCommand, STSClient } = await import("@aws-sdk/client-sts");
    // Nothing is signed.
    const client = new STSClient({ ...sdk, credentials: { accessKeyId: "", secretAccessKey: "" } });
    const RoleSessionName = name || sessionName();
    const command = { RoleArn: roleArn, RoleSessionName, WebIdentityToken: token };
    return client
      .send(new AssumeRoleWithWebIdentityCommand(command))
      .finally(() => client.destroy());
  });
}

const sessionName = () => `cloud-submit-${Date.now()}`;

interface StsAnswer {
  Credentials?:
    | { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string; Expiration?: Date }
    | undefined;
}

async function fromSts(
  place: string,
  call: string,
  send: () => Promise<unknown>,
): Promise<AwsCredentialIdentity> {
  try {
    const { Credentials: given } = (await send()) as StsAnswer;
    if (!given?.AccessKeyId || !given.SecretAccessKey) throw new Error("STS gave no credentials");
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.SessionToken && { sessionToken: given.SessionToken }),
      ...(given.Expiration && { expiration: given.Expiration }),
    };
  } catch (cause) {
    if (cause instanceof CredentialsError) throw cause;
    const name = cause instanceof Error && cause.name !== "Error" ? `${cause.name}: ` : "";
    throw new CredentialsError(place, `${call}: ${name}${messageOf(cause)}`, { cause });
  }
}
