import { CloudSubmitError } from "../../protocol/error.ts";

/** Where a bucket's requests go. */
export interface BucketEndpoint {
  /** `https://host[:port]` */
  origin: string;
  /** For the Host header: the port is in it unless it is the scheme's own. */
  host: string;
  /** Path before the key; ends with `/`. */
  pathPrefix: string;
  /** Whether bodies go over TLS. */
  tls: boolean;
  /** Whether requests do not leave this machine. */
  loopback: boolean;
}

export interface EndpointSettings {
  region: string;
  /** From AWS_ENDPOINT_URL_S3 and the like; undefined: AWS itself. */
  endpointUrl: URL | undefined;
  useFips: boolean;
  useDualstack: boolean;
  /** The domain of the region's partition, such as amazonaws.com.cn; S3 has no other for dual stack. */
  dnsSuffix: string;
}

/**
 * The endpoint of a bucket, as the SDK's rules have it: the bucket is in the host name where its name
 * allows that, and in the path else: at IP addresses and localhost, and when the name holds dots, which
 * no wildcard certificate covers.
 *
 * @throws CloudSubmitError `config` for an ARN or a directory bucket: they need other requests
 */
export function bucketEndpoint(bucket: string, settings: EndpointSettings): BucketEndpoint {
  if (bucket.startsWith("arn:") || bucket.endsWith("--x-s3"))
    throw new CloudSubmitError("config", `${bucket}: give the name of a general purpose bucket`);
  const url = settings.endpointUrl ?? awsEndpoint(settings);
  const { protocol, hostname, port } = url;
  const inHost = isHostLabel(bucket) && !isAddress(hostname) && !isLocalhost(hostname);
  const host = `${inHost ? `${bucket}.` : ""}${hostname}${port === "" ? "" : `:${port}`}`;
  const basePath = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  return {
    origin: `${protocol}//${host}`,
    host,
    pathPrefix: inHost ? basePath : `${basePath}${bucket}/`,
    tls: protocol === "https:",
    loopback: isLocalhost(hostname) || hostname.startsWith("127.") || hostname === "[::1]",
  };
}

function awsEndpoint(settings: EndpointSettings): URL {
  const { region, useFips, useDualstack, dnsSuffix } = settings;
  const service = `s3${useFips ? "-fips" : ""}${useDualstack ? ".dualstack" : ""}`;
  return new URL(`https://${service}.${region}.${dnsSuffix}/`);
}

/** Source: Amazon S3 User Guide, "bucket naming rules"; old buckets may have capitals and underscores. */
function isHostLabel(bucket: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket);
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

function isLocalhost(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost");
}
