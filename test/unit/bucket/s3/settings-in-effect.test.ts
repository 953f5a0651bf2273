import { expect, test } from "@jest/globals";
import { S3 } from "../../../../bucket/s3/s3.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";

const given = awsEnvironment();

test("only settings that are not the default are told", async () => {
  given(
    { AWS_REGION: "eu-west-1" },
    "[default]\nretry_mode = standard\ns3 =\n  addressing_style = auto\n",
  );
  expect(await new S3().inEffect()).toEqual([]);
});

test("each is told as the AWS tools call it, wherever it was set", async () => {
  given(
    {
      AWS_MAX_ATTEMPTS: "9",
      AWS_ENDPOINT_URL_S3: "https://user:secret@s3.example:8443/path",
      CLOUD_SUBMIT_REQUEST_PAYER: "requester",
      CLOUD_SUBMIT_SSE: "AES256",
      CLOUD_SUBMIT_EXPECTED_BUCKET_OWNER: "123456789012",
    },
    "[profile site]\nuse_dualstack_endpoint = true\ns3 =\n  addressing_style = virtual\n  max_concurrent_requests = 3\n  max_bandwidth = 1MB/s\n",
  );
  expect(await new S3({ profile: "site" }).inEffect()).toEqual([
    "endpoint_url=https://s3.example:8443",
    "addressing_style=virtual",
    "use_dualstack_endpoint=true",
    "max_attempts=9",
    "max_concurrent_requests=3",
    "max_bandwidth=1048576",
    "x-amz-request-payer=requester",
    "x-amz-expected-bucket-owner=123456789012",
    "x-amz-server-side-encryption=AES256",
  ]);
});

test("a wrong value is an error that names it", async () => {
  given({}, "[default]\ns3 =\n  addressing_style = dns\n");
  await expect(new S3().inEffect()).rejects.toMatchObject({
    code: "config",
    message: expect.stringContaining("addressing_style"),
  });
});
