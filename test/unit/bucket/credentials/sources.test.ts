import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { containerCredentials } from "../../../../bucket/credentials/sources.ts";

let server: Server;
let url: string;
let answer: { status: number; body: string };
beforeEach(async () => {
  answer = { status: 200, body: '{"AccessKeyId":"ASIA","SecretAccessKey":"s","Token":"t"}' };
  server = createServer(({ headers }, response) => {
    const status = headers.authorization === "Bearer x" ? answer.status : 401;
    response.writeHead(status).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/role`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const asked = (more: Record<string, string> = {}) =>
  containerCredentials({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "Bearer x",
    ...more,
  });

test("a container's service gives keys to who has the token", async () => {
  expect(await asked()).toMatchObject({ accessKeyId: "ASIA", sessionToken: "t" });
  expect(await containerCredentials({})).toBeUndefined();
});

test.each([
  [{ AWS_CONTAINER_AUTHORIZATION_TOKEN: "no" }, /^the container's .*127\.0\.0\.1:\d+: .*401/],
  [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/x" }, /example\.com: .*https/],
  [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1.example.com/" }, /reached by https/],
  [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: "no address" }, /no address: /],
  [{ AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/none/token" }, /ENOENT.*\/none\/token/],
])("%j is refused, with the host", async (env, message) => {
  await expect(asked(env)).rejects.toMatchObject({
    name: "CredentialsProviderError",
    message: expect.stringMatching(message),
  });
});

test("an answer without keys is refused, and not told", async () => {
  answer.body = '{"secret":"hidden"}';
  await expect(asked()).rejects.toThrow(/has given no credentials$/);
});
