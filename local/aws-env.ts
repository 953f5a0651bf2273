import type { LocalConfig, Ports } from "./config.ts";

/** The variables that point an AWS SDK or the aws command line at the local cloud. */
export function awsEnv(config: LocalConfig, ports: Ports): Record<string, string> {
  return {
    // An IP address makes SDKs address buckets by path.
    AWS_ENDPOINT_URL: `http://127.0.0.1:${ports.aws}`,
    AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${ports.ssm}`,
    // A proxy of this machine's site does not know its loopback.
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
    AWS_REGION: config.region,
    AWS_DEFAULT_REGION: config.region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
