import { expect, test } from "@jest/globals";
import { Disk } from "../../../../bucket/disk/disk.ts";
import { BucketClient } from "../../../../bucket/s3/bucket-client.ts";
import { Connection } from "../../../../bucket/s3/connection.ts";
import { Line } from "../../../../bucket/s3/line.ts";
import { RequestLimit } from "../../../../bucket/s3/request-limit.ts";
import { type S3Options, S3Settings } from "../../../../bucket/s3/s3-settings.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { testClock } from "../../../support/test-clock.ts";

const s3 = s3Scene();
const given = awsEnvironment();

const keys = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };

/** Asks for an object's head; the server refuses, without a reason, the tokens that `isExpired` names. */
function asked(options: S3Options, isExpired: (token: string) => boolean) {
  s3.server.put("k", Buffer.from("x"));
  s3.server.intercept = ({ headers }, response) => {
    if (!isExpired(String(headers["x-amz-security-token"]))) return false;
    response.writeHead(400).end();
    return true;
  };
  const limit = new RequestLimit({ start: 1, low: 1, max: 1 });
  const client = new BucketClient(
    {
      settings: new S3Settings({ region: "us-east-1", endpointUrl: s3.url, ...options }),
      connection: new Connection(),
      rules: async () => ({ attempts: 3, ridesOut: false, limits: { small: limit, large: limit } }),
      line: new Line(),
      disk: new Disk(),
      ...testClock(),
    },
    "b",
  );
  return client.send({ method: "HEAD", key: "k", limit: "small" }, async ({ status }) => status);
}

test("400 to HEAD may be expired credentials: they are looked for again, once, and the error says so", async () => {
  const credentials = { ...keys, sessionToken: "old" };
  await expect(asked({ credentials }, () => true)).rejects.toMatchObject({ name: "MayBeExpired" });
  expect(s3.server.seen).toHaveLength(2);
});

test("newer ones are taken, and the request is repeated with them", async () => {
  const profile = (token: string) =>
    `[default]\naws_access_key_id = AK\naws_secret_access_key = s\naws_session_token = ${token}\n`;
  given({}, profile("old"));
  const status = asked({}, (token) => {
    // Somebody signs in again meanwhile.
    if (token === "old") given({}, profile("new"));
    return token === "old";
  });
  expect(await status).toBe(200);
  const tokens = s3.server.seen.map(({ headers }) => headers["x-amz-security-token"]);
  expect(tokens).toEqual(["old", "new"]);
});

test("keys of a user do not expire", async () => {
  const refused = asked({ credentials: keys }, () => true);
  await expect(refused).rejects.toMatchObject({ name: "BadRequest" });
  expect(s3.server.seen).toHaveLength(1);
});
