import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { instanceCredentials } from "../../../../bucket/credentials/instance-credentials.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function found(listener: RequestListener, env: Record<string, string> = {}) {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return instanceCredentials({
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
    ...env,
  });
}

const ROLES = "/latest/meta-data/iam/security-credentials/";
const KEYS = {
  Code: "Success",
  AccessKeyId: "ASIA",
  SecretAccessKey: "s",
  Token: "t",
  Expiration: "2026-11-29T12:00:00Z",
};

/** IMDS: version 2 unless it knows no tokens. */
const imds =
  (answer: object, { hasTokens = true } = {}): RequestListener =>
  ({ method, url, headers }, response) => {
    if (hasTokens && method === "PUT") return response.end("the-token");
    if (method === "PUT") return response.writeHead(405).end();
    if (hasTokens && headers["x-aws-ec2-metadata-token"] !== "the-token")
      return response.writeHead(401).end();
    if (url === ROLES) return response.end("my-role");
    return response.end(url === `${ROLES}my-role` ? JSON.stringify(answer) : "");
  };

test.each([true, false])("the instance's role has keys; with tokens: %s", async (hasTokens) => {
  expect(await found(imds(KEYS, { hasTokens }))).toEqual({
    accessKeyId: "ASIA",
    secretAccessKey: "s",
    sessionToken: "t",
    expiration: new Date(KEYS.Expiration),
  });
});

test("an instance without a role has none, nor has what is switched off", async () => {
  expect(await found((_, response) => response.writeHead(404).end())).toBeUndefined();
  expect(await found(imds(KEYS), { AWS_EC2_METADATA_DISABLED: "TRUE" })).toBeUndefined();
});

test("a role that cannot be had is named", async () => {
  await expect(found(imds({ Code: "AssumeRoleUnauthorizedAccess" }))).rejects.toMatchObject({
    name: "CredentialsProviderError",
    message: `the instance's role "my-role": the metadata service answered 200, without credentials`,
  });
});

const STRANGE: [string, RequestListener][] = [
  ["says nothing", () => undefined],
  [
    "goes on without end",
    (_, response) => {
      const timer = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(timer));
    },
  ],
];

test.each(STRANGE)("an address that %s is no instance's service", async (_, listener) => {
  expect(await found(listener)).toBeUndefined();
});
