import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { SdkAgent } from "../../../../bucket/network/sdk-agent.ts";
import { ConnectProxy } from "../../../support/connect-proxy.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { type SelfSigned, selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let made: SelfSigned;
let server: S3Server;
let origin: string;
const proxy = new ConnectProxy();
let port: number;
beforeAll(async () => {
  made = selfSigned(temporaryFolder());
  server = new S3Server(made);
  server.put("k", Buffer.from("value"));
  [origin, port] = await Promise.all([server.start(), proxy.start()]);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

/** An object as the SDK gets it with these settings, or the error. */
async function got(env: Record<string, string>, ca: string | undefined) {
  const client = new S3Client({
    endpoint: origin,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
    requestHandler: { httpsAgent: new SdkAgent(env, async () => ca) },
  });
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
    return await Body?.transformToString();
  } catch (error) {
    return error as Error;
  } finally {
    client.destroy();
  }
}

test("an SDK client goes through the proxy, and trusts the certificates that are named", async () => {
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  expect(await got(env, made.cert)).toBe("value");
  expect(proxy.asked).toEqual([new URL(origin).host]);
  expect(await got({ ...env, NO_PROXY: "127.0.0.1" }, made.cert)).toBe("value");
  expect(proxy.asked).toHaveLength(1);
});

test("without them, the certificate is refused", async () => {
  expect(await got({}, undefined)).toMatchObject({
    message: expect.stringMatching(/self-signed certificate/),
  });
});

test("the proxy that refuses is named", async () => {
  proxy.password = "alice:secret";
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
  expect(await got(env, made.cert)).toMatchObject({
    name: "ProxyError",
    message: expect.stringContaining(`the proxy 127.0.0.1:${port} wants a user and a password`),
  });
});
