import { S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "@jest/globals";
import { bucketEndpoint } from "../../../../bucket/s3/endpoint.ts";
import { escapeKey } from "../../../../bucket/s3/escape-uri.ts";
import { S3Settings } from "../../../../bucket/s3/s3-settings.ts";

const client = new S3Client({ region: "us-east-1" });

/** Where the SDK would send a request for a bucket. */
function sdkEndpoint(
  bucket: string,
  region: string,
  more: { Endpoint?: string; UseFIPS?: boolean; UseDualStack?: boolean },
): string {
  const { url } = client.config.endpointProvider(
    { Bucket: bucket, Region: region, UseFIPS: false, UseDualStack: false, ...more },
    {},
  );
  return url.href.replace(/\/*$/, "/");
}

async function ours(
  bucket: string,
  region: string,
  more: { Endpoint?: string; UseFIPS?: boolean; UseDualStack?: boolean },
) {
  const settings = await new S3Settings({ endpointUrl: more.Endpoint }).endpoint(region);
  return bucketEndpoint(bucket, {
    ...settings,
    useFips: more.UseFIPS ?? false,
    useDualstack: more.UseDualStack ?? false,
  });
}

test.each([
  ["plain", "bucket", "us-east-1", {}],
  ["Europe", "bucket", "eu-central-1", {}],
  ["China", "bucket", "cn-north-1", {}],
  ["GovCloud", "bucket", "us-gov-west-1", {}],
  ["ISO", "bucket", "us-iso-east-1", {}],
  ["the European Sovereign Cloud", "bucket", "eusc-de-east-1", {}],
  ["dots in the name", "my.bucket", "eu-west-1", {}],
  ["capitals in the name", "MyBucket", "us-east-1", {}],
  ["dual stack", "bucket", "eu-west-1", { UseDualStack: true }],
  ["dual stack in China", "bucket", "cn-northwest-1", { UseDualStack: true }],
  ["FIPS", "bucket", "us-east-1", { UseFIPS: true }],
  ["FIPS, dual stack", "my.bucket", "us-west-2", { UseFIPS: true, UseDualStack: true }],
  ["an IP address", "bucket", "us-east-1", { Endpoint: "http://127.0.0.1:9000" }],
  ["an IPv6 address", "bucket", "us-east-1", { Endpoint: "http://[::1]:9000" }],
  ["another host", "bucket", "us-east-1", { Endpoint: "https://s3.example.com" }],
  ["another host with a path", "bucket", "us-east-1", { Endpoint: "https://example.com:8443/s3" }],
  ["another host, dots", "my.bucket", "us-east-1", { Endpoint: "https://s3.example.com" }],
])("requests go to the same endpoint as the SDK's: %s", async (_, bucket, region, more) => {
  const { origin, pathPrefix } = await ours(bucket, region, more);
  expect(origin + pathPrefix).toBe(sdkEndpoint(bucket, region, more));
});

test("localhost is addressed by path, where the SDK would want bucket.localhost to resolve", async () => {
  const endpoint = await ours("bucket", "us-east-1", { Endpoint: "http://localhost:9000" });
  expect(endpoint).toMatchObject({
    host: "localhost:9000",
    pathPrefix: "/bucket/",
    loopback: true,
  });
});

test("what needs other requests is refused by name", async () => {
  for (const bucket of ["arn:aws:s3:eu-west-1:1:accesspoint/a", "bucket--use1-az4--x-s3"])
    await expect(ours(bucket, "us-east-1", {})).rejects.toMatchObject({ code: "config" });
  const settings = new S3Settings({ endpointUrl: "s3.example.com" });
  await expect(settings.endpoint("us-east-1")).rejects.toMatchObject({ code: "config" });
});

test("keys are escaped byte by byte, slashes kept", () => {
  expect(escapeKey("a b+c%d&e=f~g'(h)*!/日//./x/")).toBe(
    "a%20b%2Bc%25d%26e%3Df~g%27%28h%29%2A%21/%E6%97%A5//./x/",
  );
});
