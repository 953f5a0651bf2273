import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { realPorts } from "../../../../functions/aws/ports.ts";
import { functionConfig } from "../../../../functions/setup/config.ts";
import { awsEnvironment } from "../../../support/aws-environment.ts";
import { ConnectProxy } from "../../../support/connect-proxy.ts";
import { RawServer } from "../../../support/raw-server.ts";
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

/** The ports of a function with these variables. */
const portsWith = (env: Record<string, string>) =>
  realPorts(
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

/** The text of an object, as a function with these variables gets it. */
async function found(env: Record<string, string>) {
  const { store } = portsWith(env);
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

test("a ring that SSM throttles is not tried again; a question after a command is", async () => {
  const asked: string[] = [];
  const ssm = await RawServer.answering((request) => {
    const [, operation = ""] = /x-amz-target: AmazonSSM\.(\w+)/i.exec(request) ?? [];
    asked.push(operation);
    const isThrottled = asked.filter((one) => one === operation).length === 1;
    const body = isThrottled ? '{"__type":"ThrottlingException","message":"Rate exceeded"}' : "{}";
    const head = `HTTP/1.1 ${isThrottled ? "400 Bad Request" : "200 OK"}\r\nContent-Type: application/x-amz-json-1.1`;
    return `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  });
  try {
    setEnvironment({
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_ENDPOINT_URL_SSM: ssm.origin,
    });
    const { doorbell, headNode } = portsWith({});
    const request = { action: "run", prefix: "job1", submission: "s1" } as const;
    expect(await doorbell.ring(request)).toEqual({ reason: "SSM throttles" });
    expect(await headNode.explain("c1")).toBeUndefined();
    expect(asked).toEqual(["SendCommand", "ListCommandInvocations", "ListCommandInvocations"]);
  } finally {
    await ssm.stop();
  }
});
