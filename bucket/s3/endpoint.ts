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
  /** Whether the host is AWS's. */
  isAws: boolean;
}

/** Values of `addressing_style`. Source: botocore's configuration guide, "s3". */
export const ADDRESSING = ["auto", "path", "virtual"] as const;

export interface EndpointSettings {
  region: string;
  /** From AWS_ENDPOINT_URL_S3 and the like; undefined: AWS itself. */
  endpointUrl: URL | undefined;
  useFips: boolean;
  useDualstack: boolean;
  /** Whether requests go to S3 Transfer Acceleration. */
  accelerate: boolean;
  /** Where the bucket is named: in the path, in the host, or as befits the endpoint. */
  addressing: (typeof ADDRESSING)[number];
  /** The domain of the region's partition, such as amazonaws.com.cn; S3 has no other for dual stack. */
  dnsSuffix: string;
}

/**
 * The endpoint of a bucket, as the AWS CLI has it. In the host name a bucket is at AWS's own endpoints, and at others where
 * `addressing_style` is `virtual`; never at an IP address, nor with a name that cannot be there.
 * Source: compute_endpoint_resolver_builtin_defaults in botocore's args.py, and its endpoint rules for S3.
 *
 * @throws CloudSubmitError `config` for an ARN or a directory bucket, which need other requests, and for what S3 Transfer
 *   Acceleration cannot do
 */
export function bucketEndpoint(bucket: string, settings: EndpointSettings): BucketEndpoint {
  if (bucket.startsWith("arn:") || bucket.endsWith("--x-s3"))
    throw new CloudSubmitError("config", `${bucket}: give the name of a general purpose bucket`);
  if (settings.accelerate) checkAccelerate(bucket, settings);
  const url = settings.endpointUrl ?? awsEndpoint(settings);
  const { protocol, hostname, port } = url;
  const inHost = isInHost(bucket, url, settings);
  const host = `${inHost ? `${bucket}.` : ""}${hostname}${port === "" ? "" : `:${port}`}`;
  const basePath = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  return {
    origin: `${protocol}//${host}`,
    host,
    pathPrefix: inHost ? basePath : `${basePath}${bucket}/`,
    tls: protocol === "https:",
    isAws: hostname.endsWith(`.${settings.dnsSuffix}`),
    loopback: isLocalhost(hostname) || hostname.startsWith("127.") || hostname === "[::1]",
  };
}

function isInHost(bucket: string, url: URL, settings: EndpointSettings): boolean {
  const { endpointUrl, accelerate, addressing } = settings;
  if (isAddress(url.hostname) || !canBeInHost(bucket, url.protocol)) return false;
  // It knows no other way.
  if (accelerate) return true;
  if (addressing !== "auto") return addressing === "virtual";
  return endpointUrl === undefined || ACCELERATE_HOST.test(url.hostname);
}

/** An endpoint for S3 Transfer Acceleration given as a URL. Source: is_s3_accelerate_url in botocore's utils.py. */
const ACCELERATE_HOST = /^s3-accelerate(?:\.dualstack)?\.amazonaws\.com$/;

/** Source: the SDK's endpoint rules for S3, which refuse the same. */
function checkAccelerate(bucket: string, settings: EndpointSettings): void {
  const { endpointUrl, useFips, region, dnsSuffix } = settings;
  const problem =
    (endpointUrl && `goes with no endpoint of your own, such as ${endpointUrl.href}`) ||
    (useFips && "goes with no FIPS endpoint") ||
    (dnsSuffix.endsWith(".cn") && `is not there in ${region}`) ||
    (!canBeInHost(bucket, "https:") && `goes with no bucket named ${bucket}`);
  if (problem)
    throw new CloudSubmitError("config", `s3.use_accelerate_endpoint ${problem}: remove one`);
}

function awsEndpoint(settings: EndpointSettings): URL {
  const { region, useFips, useDualstack, accelerate, dnsSuffix } = settings;
  const service = accelerate ? "s3-accelerate" : `s3${useFips ? "-fips" : ""}`;
  const place = accelerate ? "" : `.${region}`;
  return new URL(`https://${service}${useDualstack ? ".dualstack" : ""}${place}.${dnsSuffix}/`);
}

/** Dots make several labels; no wildcard certificate covers those. */
function canBeInHost(bucket: string, protocol: string): boolean {
  return (protocol === "http:" ? bucket.split(".") : [bucket]).every(isHostLabel);
}

/** Source: Amazon S3 User Guide, "bucket naming rules"; old buckets may have capitals and underscores. */
function isHostLabel(label: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(label);
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

function isLocalhost(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost");
}
