import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { doctorClients } from "../../../../../cli/verbs/doctor/clients.ts";
import { awsEnvironment } from "../../../../support/aws-environment.ts";
import { doctorScene } from "../../../../support/doctor-world.ts";
import { RawServer } from "../../../../support/raw-server.ts";
import { selfSigned } from "../../../../support/self-signed.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testUi } from "../../../../support/test-ui.ts";

const given = awsEnvironment();
const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIATEST",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: "eu-west-1",
};

describe("the ways to AWS", () => {
  test("are those of NO_PROXY for each service, by its real name", async () => {
    given({
      ...KEYS,
      HTTPS_PROXY: "http://u:p@proxy:3128",
      NO_PROXY: "jobs.s3.eu-west-1.amazonaws.com,ssm.eu-west-1.amazonaws.com",
    });
    const { ways } = await doctorClients({}, testUi().ui).waysToAws("jobs", true);
    expect(ways.map(({ host, proxy }) => [host, proxy?.name])).toEqual([
      ["jobs.s3.eu-west-1.amazonaws.com", undefined],
      ["sts.eu-west-1.amazonaws.com", "proxy:3128"],
      ["ssm.eu-west-1.amazonaws.com", undefined],
    ]);
  });

  test("lead to the endpoints that were set; without a deep look, SSM is not asked", async () => {
    given({
      ...KEYS,
      AWS_ENDPOINT_URL_STS: "http://127.0.0.1:1",
      NODE_EXTRA_CA_CERTS: selfSigned(temporaryFolder()).files.cert,
      SSL_CERT_FILE: "",
    });
    expect(await doctorClients({}, testUi().ui).waysToAws("jobs", false)).toEqual({
      ways: [
        { host: "jobs.s3.eu-west-1.amazonaws.com", proxy: undefined },
        { host: "127.0.0.1:1", proxy: undefined },
      ],
      certificates: "NODE_EXTRA_CA_CERTS",
    });
  });
});

test("a service whose settings do not fit has no way, and the others have", async () => {
  given({ ...KEYS, AWS_ENDPOINT_URL_STS: "http://127.0.0.1:1", AWS_USE_FIPS_ENDPOINT: "true" });
  const { ways } = await doctorClients({}, testUi().ui).waysToAws("jobs", false);
  expect(ways.map(({ host }) => host)).toEqual(["jobs.s3-fips.eu-west-1.amazonaws.com"]);
});

const PAGE = "<html><head><title>Sign in</title></head><body>Welcome</body></html>";
const said = (status: string, headers: string, body: string) =>
  `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

describe("instead of AWS", () => {
  let server: RawServer;
  let answer = "";
  beforeEach(async () => {
    server = await RawServer.start((socket) => socket.on("data", () => void socket.end(answer)));
    given({ ...KEYS, AWS_ENDPOINT_URL_STS: server.origin, AWS_ENDPOINT_URL_SSM: server.origin });
  });
  afterEach(() => server.stop());
  const world = doctorScene();

  test.each([
    ["a page to sign in", said("200 OK", "Content-Type: text/html\r\n", PAGE), /STS/],
    ["nothing", said("200 OK", "", ""), /STS/],
    [
      "a filter",
      said("403 Forbidden", "Server: Squid\r\n", PAGE),
      /STS: status 403, server "Squid"/,
    ],
    [
      "another place",
      said("302 Found", "Location: http://portal/\r\n", ""),
      /location "http:\/\/portal\/"/,
    ],
    ["text", said("200 OK", "", "{}"), /STS: status 200/],
    ["a portal", said("511 Network Authentication Required", "", PAGE), /status 511/],
  ])("%s answers: the credentials are not blamed", async (_name, text, detail) => {
    answer = text;
    const w = await world({ identity: () => doctorClients({}, testUi().ui).identity() });
    const { find } = await w.examine();
    expect(find("credentials")).toMatchObject({
      verdict: "unknown",
      detail: expect.stringMatching(detail),
      fix: expect.stringMatching(/sign in to the network/),
    });
    expect(find("objects")?.verdict).toBe("ok");
  });

  test("AWS's own refusals are of the credentials", async () => {
    const error =
      "<Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>m</Message></Error>";
    answer = said(
      "403 Forbidden",
      "x-amzn-requestid: 1\r\n",
      `<ErrorResponse>${error}</ErrorResponse>`,
    );
    const w = await world({ identity: () => doctorClients({}, testUi().ui).identity() });
    expect((await w.examine()).find("credentials")).toMatchObject({
      verdict: "broken",
      fix: expect.stringMatching(/aws configure/),
    });
  });

  const ID = "x-amz-request-id: 1\r\n";
  const XML = "Content-Type: application/xml\r\n";
  const REFUSAL =
    "<?xml version='1.0'?><Error><Code>MethodNotAllowed</Code><Message>The specified method is not allowed</Message></Error>";

  test.each([
    ["a page", said("200 OK", "Content-Type: text/html\r\n", PAGE)],
    ["a page of a server that counts requests", said("403 Forbidden", ID, PAGE)],
    ["another's page", said("503 Slow Down", "", PAGE)],
    ["a server of S3's kind", said("405 Method Not Allowed", XML + ID, REFUSAL)],
    ["one without ids", said("400 Bad Request", XML, REFUSAL)],
  ])("SSM's and STS's place is not taken by %s", async (_, text) => {
    answer = text;
    const { identity, managedNodes } = doctorClients({}, testUi().ui);
    for (const [service, asked] of [
      ["SSM", () => managedNodes({ headNodes: true })],
      ["STS", () => identity()],
    ] as const) {
      const error = await asked().catch((thrown: unknown) => thrown);
      expect([service, error]).toEqual([service, expect.objectContaining({ name: "NotFromS3" })]);
      expect(String(error)).toMatch(new RegExp(`${service}: (?:status \\d{3}|an answer)`));
      expect(String(error)).not.toMatch(/SyntaxError|\$response|hidden/);
    }
  });

  test("a server that knows S3 alone says nothing about the credentials", async () => {
    answer = said("405 Method Not Allowed", XML + ID, REFUSAL);
    const w = await world({ identity: () => doctorClients({}, testUi().ui).identity() });
    const { find } = await w.examine();
    expect(find("credentials")).toMatchObject({
      verdict: "unknown",
      detail: expect.stringMatching(/STS: status 405, "The specified method is not allowed"/),
      fix: expect.not.stringMatching(/aws configure/),
    });
  });
});
