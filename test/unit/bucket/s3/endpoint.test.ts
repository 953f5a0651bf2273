import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "@jest/globals";
import {
  ADDRESSING,
  bucketEndpoint,
  type EndpointSettings,
} from "../../../../bucket/s3/endpoint.ts";
import { escapeKey } from "../../../../bucket/s3/escape-uri.ts";
import { S3Settings } from "../../../../bucket/s3/s3-settings.ts";

const client = new S3Client({ region: "us-east-1" });

interface Given {
  Endpoint?: string;
  UseFIPS?: boolean;
  UseDualStack?: boolean;
  Accelerate?: boolean;
  addressing?: EndpointSettings["addressing"];
}

/** Where the SDK would send a request for a bucket; `ForcePathStyle` as the AWS CLI would set it. */
function sdkEndpoint(bucket: string, region: string, given: Given): string {
  const { addressing = "auto", ...more } = given;
  const isPath = more.Endpoint === undefined ? addressing === "path" : addressing !== "virtual";
  const { url } = client.config.endpointProvider(
    {
      Bucket: bucket,
      Region: region,
      UseFIPS: false,
      UseDualStack: false,
      ForcePathStyle: isPath && !more.Accelerate,
      ...more,
    },
    {},
  );
  return url.href.replace(/\/*$/, "/");
}

async function ours(bucket: string, region: string, given: Given) {
  const settings = await new S3Settings({ endpointUrl: given.Endpoint }).endpoint(region);
  return bucketEndpoint(bucket, {
    ...settings,
    useFips: given.UseFIPS ?? false,
    useDualstack: given.UseDualStack ?? false,
    accelerate: given.Accelerate ?? false,
    addressing: given.addressing ?? "auto",
  });
}

/** Endpoints with and without names and certificates. */
const ENDPOINTS = [
  "http://127.0.0.1:9000",
  "http://[::1]:9000",
  "http://localhost:9000",
  "http://s3.example.com",
  "https://s3.example.com",
  "https://example.com:8443/s3",
  "https://s3.eu-west-1.amazonaws.com",
  "https://bucket.vpce-1a2b-3c.s3.eu-west-1.vpce.amazonaws.com",
];

test.each<[string, string, string, Given]>([
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
  ["dual stack by path", "bucket", "eu-west-1", { UseDualStack: true, addressing: "path" }],
  ["FIPS", "bucket", "us-east-1", { UseFIPS: true }],
  ["FIPS, dual stack", "my.bucket", "us-west-2", { UseFIPS: true, UseDualStack: true }],
  ["accelerated", "bucket", "eu-west-1", { Accelerate: true }],
  ["accelerated, dual stack", "bucket", "eu-west-1", { Accelerate: true, UseDualStack: true }],
  [
    "accelerated goes before by path",
    "bucket",
    "us-east-1",
    { Accelerate: true, addressing: "path" },
  ],
])("requests go to the same endpoint as the SDK's: %s", async (_, bucket, region, more) => {
  const { origin, pathPrefix } = await ours(bucket, region, more);
  expect(origin + pathPrefix).toBe(sdkEndpoint(bucket, region, more));
});

describe.each(ADDRESSING)("addressing style %s", (addressing) => {
  test.each(["bucket", "my.bucket", "MyBucket", "my_bucket"])(
    "of %s is the AWS CLI's at AWS's endpoints and at others",
    async (bucket) => {
      for (const Endpoint of [undefined, ...ENDPOINTS]) {
        const given = { addressing, ...(Endpoint && { Endpoint }) };
        const { origin, host, pathPrefix } = await ours(bucket, "eu-west-1", given);
        expect(origin.endsWith(`//${host}`)).toBe(true);
        expect(origin + pathPrefix).toBe(sdkEndpoint(bucket, "eu-west-1", given));
      }
    },
  );
});

test("at an endpoint of one's own a bucket is in the path, unless told otherwise", async () => {
  const Endpoint = "https://s3.example.com";
  const byPath = { host: "s3.example.com", pathPrefix: "/bucket/" };
  expect(await ours("bucket", "us-east-1", { Endpoint })).toMatchObject(byPath);
  const virtual = await ours("bucket", "us-east-1", { Endpoint, addressing: "virtual" });
  expect(virtual).toMatchObject({ host: "bucket.s3.example.com", pathPrefix: "/" });
});

test.each(["https://s3-accelerate.amazonaws.com", "https://s3-accelerate.dualstack.amazonaws.com"])(
  "%s knows buckets only in the host",
  async (Endpoint) => {
    const { origin } = await ours("bucket", "us-east-1", { Endpoint });
    expect(origin).toBe(Endpoint.replace("//", "//bucket."));
  },
);

test("a name with dots, which no certificate covers, is in the host only without one", async () => {
  const at = async (Endpoint: string) =>
    (await ours("our.bucket", "us-east-1", { Endpoint, addressing: "virtual" })).host;
  expect(await at("https://s3.example.com")).toBe("s3.example.com");
  expect(await at("http://s3.example.com")).toBe("our.bucket.s3.example.com");
});

test("this machine's own names are known as such, whatever the style", async () => {
  for (const Endpoint of ["http://localhost:9000", "http://127.0.0.1:9000", "http://[::1]:9000"])
    for (const addressing of ADDRESSING)
      expect(await ours("bucket", "us-east-1", { Endpoint, addressing })).toMatchObject({
        loopback: true,
      });
});

test.each<[string, string, string, Given, RegExp]>([
  ["FIPS", "bucket", "us-east-1", { UseFIPS: true }, /goes with no FIPS endpoint/],
  ["China", "bucket", "cn-north-1", {}, /is not there in cn-north-1/],
  ["a name with dots", "my.bucket", "us-east-1", {}, /no bucket named my\.bucket/],
  ["capitals", "MyBucket", "us-east-1", {}, /no bucket named MyBucket/],
  [
    "an endpoint",
    "bucket",
    "us-east-1",
    { Endpoint: "https://s3.example.com" },
    /s3\.example\.com/,
  ],
])(
  "acceleration is refused where the SDK refuses it: %s",
  async (_, bucket, region, more, said) => {
    const given = { ...more, Accelerate: true };
    expect(() => sdkEndpoint(bucket, region, given)).toThrow();
    await expect(ours(bucket, region, given)).rejects.toMatchObject({
      code: "config",
      message: expect.stringMatching(said),
    });
  },
);

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
