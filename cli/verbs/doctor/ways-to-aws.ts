import type { HttpRequest } from "@smithy/types";
import { bracketed } from "../../../bucket/network/host.ts";
import { type Environment, proxyFor } from "../../../bucket/network/proxy.ts";
import type { WayToS3 } from "../../../bucket/s3/s3-settings.ts";

/** The ways to the services that are asked, as far as they are not the plain ones. */
export interface WaysToAws {
  ways: readonly Pick<WayToS3, "host" | "proxy">[];
  /** The setting that names the certificates to trust; undefined: the system's are. */
  certificates: string | undefined;
}

/** Settings of an SDK client that sends nothing, and looks for no credentials. */
interface Silenced {
  credentials: { accessKeyId: string; secretAccessKey: string };
  requestHandler: { handle: (request: HttpRequest) => Promise<never> };
}

/** Makes a client with these settings, and has it send something. */
export type Ask = (settings: Silenced) => Promise<unknown>;

/**
 * The ways to S3 and to the services that SDK clients ask.
 *
 * @throws CloudSubmitError `config` for a proxy that cannot be used
 */
export async function waysToAws(
  { host, proxy, certificates }: WayToS3,
  asked: readonly Ask[],
  env: Environment,
): Promise<WaysToAws> {
  const urls = await Promise.all(asked.map(endpointOf));
  const others = urls.flatMap((url) =>
    url === undefined ? [] : [{ host: url.host, proxy: proxyFor(url, env) }],
  );
  // Node.js itself reads this one.
  const extra = env.NODE_EXTRA_CA_CERTS ? "NODE_EXTRA_CA_CERTS" : undefined;
  return { ways: [{ host, proxy }, ...others], certificates: certificates ?? extra };
}

/** Where a client sends its requests, by all of its settings; undefined: they do not fit, as its own check tells. */
async function endpointOf(ask: Ask): Promise<URL | undefined> {
  let found: URL | undefined;
  const handle = ({ protocol, hostname, port }: HttpRequest): Promise<never> => {
    const at = port === undefined ? "" : `:${port}`;
    found = new URL(`${protocol}//${bracketed(hostname)}${at}`);
    return Promise.reject(new Error("it is not sent"));
  };
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  await ask({ credentials, requestHandler: { handle } }).catch(() => undefined);
  return found;
}
