import type { S3Error } from "./s3-error.ts";
import type { S3Settings } from "./s3-settings.ts";

/** Names of regions. Source: the partitions in the SDK's endpoint rules; us-east-1, us-gov-west-1, eusc-de-east-1. */
const AWS_REGION = /^[a-z]{2,8}(?:-[a-z]{2,16}){1,3}-\d{1,2}$/;
/** Where the host is a setting, the region is only signed; other servers call theirs `garage` or `fr-par`. */
const OWN_REGION = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;

/** The region that an error names, if it is one: it becomes a part of the host that signed requests go to. */
export async function namedRegion(
  { region }: S3Error,
  settings: S3Settings,
): Promise<string | undefined> {
  if (region === undefined) return undefined;
  const { endpointUrl } = await settings.endpoint(region);
  return (endpointUrl ? OWN_REGION : AWS_REGION).test(region) ? region : undefined;
}
