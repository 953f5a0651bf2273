import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { AwsCredentialIdentity } from "@smithy/types";
import { parseJson } from "../../protocol/parse-json.ts";
import { unbracketed } from "../network/host.ts";
import type { Environment } from "../network/proxy.ts";
import type { sdkClientSettings } from "../network/sdk-client-settings.ts";
import { CredentialsError } from "./credentials-error.ts";
import { identityOf, printedKeysSchema } from "./printed-keys.ts";

/** Settings of the SDK clients that credentials are asked for with. */
export type SdkClientSettings = ReturnType<typeof sdkClientSettings> & {
  region: () => Promise<string>;
};

/** Milliseconds for a service on this machine. */
const NEAR_MS = 5_000;

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
    const given = parseJson(printedKeysSchema, await response.text());
    if (!given) throw new Error("it has given no credentials");
    return identityOf(given);
  } catch (cause) {
    throw CredentialsError.from(place, cause);
  }
}

/** Loopback, and the addresses of ECS and EKS. */
function isNear(host: string): boolean {
  const name = unbracketed(host);
  if (["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].includes(name))
    return true;
  return isIP(name) === 4 && name.startsWith("127.");
}
