import type { AwsCredentialIdentity } from "@smithy/types";
import * as z from "zod";
import { parseJson } from "../../protocol/parse-json.ts";
import type { Environment } from "../network/proxy.ts";
import { CredentialsError } from "./credentials-error.ts";
import { identityOf, printedKeysSchema } from "./printed-keys.ts";

/** Milliseconds until a machine is taken for none of EC2's; its service is on the machine itself. */
const ANSWER_MS = 1_000;

const PATH = "/latest/meta-data/iam/security-credentials/";
/** Seconds. */
const TOKEN_LASTS = "21600";

/**
 * Credentials of the EC2 instance that this is; undefined: it is none, or has no role. Bounded, whatever answers there.
 * Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
 *
 * @throws CredentialsError when the instance's service answers, and not with credentials
 */
export async function instanceCredentials(
  env: Environment,
): Promise<AwsCredentialIdentity | undefined> {
  if (env["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true") return undefined;
  const isIPv6 = env["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.toLowerCase() === "ipv6";
  const base =
    env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ||
    (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254");
  const ask = async (path: string, headers: Record<string, string>, method = "GET") => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await fetch(new URL(path, base), { method, headers, signal });
    return { status: response.status, text: await response.text() };
  };
  let role: string;
  let headers: Record<string, string> = {};
  try {
    const lasts = { "x-aws-ec2-metadata-token-ttl-seconds": TOKEN_LASTS };
    const token = await ask("/latest/api/token", lasts, "PUT");
    // Older services know no tokens.
    if (token.status === 200) headers = { "x-aws-ec2-metadata-token": token.text };
    const { status, text } = await ask(PATH, headers);
    role = text.split("\n")[0]?.trim() ?? "";
    if (status !== 200 || role === "") return undefined;
  } catch {
    // Most machines are no instances.
    return undefined;
  }
  const place = `the instance's role ${JSON.stringify(role)}`;
  try {
    const { status, text } = await ask(PATH + encodeURIComponent(role), headers);
    const given = status === 200 ? parseJson(instanceSchema, text) : undefined;
    if (given) return identityOf(given);
    throw new Error(`the metadata service answered ${status}, without credentials`);
  } catch (cause) {
    throw CredentialsError.from(place, cause);
  }
}

const instanceSchema = printedKeysSchema.extend({ Code: z.literal("Success").optional() });
