import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { realPorts } from "../../../../functions/aws/ports.ts";
import { functionConfig } from "../../../../functions/setup/config.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { ConnectProxy } from "../../../support/connect-proxy.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { type SelfSigned, selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let made: SelfSigned;
let server: S3Server;
let origin: string;
let port: number;
const proxy = new ConnectProxy();
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

const setEnvironment = awsEnvironment();
beforeEach(() => {
  proxy.asked.length = 0;
  setEnvironment({
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "s",
    AWS_ENDPOINT_URL_S3: origin,
    AWS_MAX_ATTEMPTS: "1",
  });
});

/** The text of an object, as a function with these variables gets it. */
async function found(env: Record<string, string>) {
  const { store } = realPorts(
    functionConfig({
      BUCKET: "b",
      DOCUMENT_NAME: "d",
      EVENT_BUS: "e",
      CLUSTER_NAME: "c",
      REDISPATCH_SECONDS: "1",
      DEADLINE_SECONDS: "2",
      ...env,
    }),
  );
  const object = await store.get("k");
  return object && text(object.body);
}

test("a function in a site's network goes through its proxy, and trusts its authority", async () => {
  const env = { HTTPS_PROXY: `http://127.0.0.1:${port}`, CERTIFICATES: made.cert };
  expect(await found(env)).toBe("value");
  expect(proxy.asked).toEqual([new URL(origin).host]);
  expect(await found({ ...env, NO_PROXY: "127.0.0.1" })).toBe("value");
  expect(proxy.asked).toHaveLength(1);
});

test("empty variables, as the stack sets them, are none", async () => {
  await expect(found({ HTTPS_PROXY: "", NO_PROXY: "", CERTIFICATES: "" })).rejects.toThrow(
    /self-signed certificate/,
  );
  expect(proxy.asked).toEqual([]);
});
