import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { AwsCredentialIdentity } from "@smithy/types";
import * as z from "zod";
import { messageOf } from "../../protocol/error.ts";
import type { Environment } from "../network/proxy.ts";
import type { sdkClientSettings } from "../network/sdk-client-settings.ts";
import { CredentialsError } from "./credentials-error.ts";

/** Settings of the SDK clients that credentials are asked for with. */
export type SdkClientSettings = ReturnType<typeof sdkClientSettings> & {
  region: () => Promise<string>;
};

/** Milliseconds for a service on this machine. */
const NEAR_MS = 5_000;

/** Keys in the environment; undefined: none. @throws CredentialsError when the secret one is missing */
export function keysIn(env: Environment): AwsCredentialIdentity | undefined {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId) return undefined;
  if (!secretAccessKey)
    throw new CredentialsError(
      "the environment",
      "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not: set both, or unset it",
    );
  const sessionToken = env["AWS_SECURITY_TOKEN"] || env["AWS_SESSION_TOKEN"];
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

const answerSchema = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().min(1).nullish(),
  Expiration: z.coerce.date().nullish(),
});

/**
 * Credentials from the service that a container's environment names; undefined: it names none.
 * Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
 *
 * @throws CredentialsError naming the host
 */
export async function containerCredentials(
  env: Environment,
): Promise<AwsCredentialIdentity | undefined> {
  const relative = env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  const full = env["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
  if (!relative && !full) return undefined;
  const address = relative ? `http://169.254.170.2${relative}` : (full ?? "");
  const place = `the container's credentials service ${URL.canParse(address) ? new URL(address).host : address}`;
  try {
    const url = new URL(address);
    if (url.protocol !== "https:" && !isNear(url.hostname))
      throw new Error("it must be on this machine, or be reached by https");
    const file = env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
    const token = file
      ? readFileSync(file, "utf8").trim()
      : env["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
    const response = await fetch(url, {
      headers: { accept: "application/json", ...(token && { authorization: token }) },
      redirect: "error",
      signal: AbortSignal.timeout(NEAR_MS),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const given = answerSchema.safeParse(await response.json()).data;
    if (!given) throw new Error("it has given no credentials");
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      ...(given.Token && { sessionToken: given.Token }),
      ...(given.Expiration && { expiration: given.Expiration }),
    };
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw new CredentialsError(place, messageOf(inner), { cause });
  }
}

/** Loopback, and the addresses of ECS and EKS. */
function isNear(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "");
  if (["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].includes(name))
    return true;
  return isIP(name) === 4 && name.startsWith("127.");
}

/** Credentials of the EC2 instance that this is; undefined: it is none, or has none. */
export async function instanceCredentials(
  env: Environment,
  sdk: SdkClientSettings,
): Promise<AwsCredentialIdentity | undefined> {
  if (env["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true") return undefined;
  const { fromInstanceMetadata } = await import("@smithy/credential-provider-imds");
  const { logger } = sdk;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), NEAR_MS);
  });
  try {
    return await Promise.race([fromInstanceMetadata({ logger, maxRetries: 1 })(), tooLate]);
  } catch {
    // Most machines are no instances.
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
