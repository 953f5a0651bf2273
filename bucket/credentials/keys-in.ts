import type { AwsCredentialIdentity } from "@smithy/types";
import type { Environment } from "../network/proxy.ts";
import { CredentialsError } from "./credentials-error.ts";

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
