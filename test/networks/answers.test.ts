import { chmodSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { REGION } from "./amazon.ts";
import { expectWorks, type Sent, sendByAll } from "./clients.ts";
import { proxiedSite } from "./proxied-site.ts";

const { amazon, site, startProxy, trusting } = proxiedSite();

const refuse = (
  response: ServerResponse,
  status: number,
  code: string,
  headers = {},
  more = "",
) => {
  const xml = { "content-type": "application/xml", server: "AmazonS3", "x-amz-request-id": "R2" };
  response.writeHead(status, { ...xml, ...headers });
  response.end(
    `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>said S3</Message>${more}</Error>`,
  );
};

const send = async (
  name: string,
  all: Record<string, string> = {},
  aws: Record<string, string> = {},
): Promise<Sent> => {
  const { url } = await startProxy();
  const of = { ...trusting, aws: { ...trusting.aws, ...aws } };
  return sendByAll(site(), name, { all: { HTTPS_PROXY: url, ...all }, ...of });
};

const header = ({ headers }: IncomingMessage, name: string) => [headers[name]].flat().join();
const isS3 = ({ headers }: IncomingMessage) => /\.s3\b|^s3\b/.test(headers.host ?? "");
const regionIn = ({ headers }: IncomingMessage) =>
  /Credential=[^/]+\/\d+\/([^/]+)/.exec(headers.authorization ?? "")?.[1];

describe("works", () => {
  test("throttling, with Retry-After", async () => {
    const until = new Map<string, number>();
    amazon().intercept = (asked, response) => {
      if (asked.method !== "PUT") return false;
      const key = `${asked.url}`;
      // Whoever comes back sooner than it was told is refused again.
      const free = until.get(key) ?? Date.now() + 2000;
      until.set(key, free);
      if (Date.now() >= free - 50) return false;
      asked.resume();
      refuse(response, 503, "SlowDown", { "retry-after": "2" });
      return true;
    };
    // The AWS CLI does not read Retry-After: it waits a random part of 1, 2, 4 and 8 s, then gives
    // up. One time in a hundred that is less than two seconds in all.
    expectWorks(await send("slow-down", {}, { AWS_MAX_ATTEMPTS: "20" }));
  });

  test.each([
    [301, "PermanentRedirect"],
    [307, "TemporaryRedirect"],
    [400, "AuthorizationHeaderMalformed"],
  ])("a bucket of another region than the setting's: %s %s", async (status, code) => {
    amazon().intercept = (asked, response) => {
      if (!isS3(asked) || regionIn(asked) === REGION) return false;
      asked.resume();
      const location = `https://bucket.s3.${REGION}.amazonaws.com${asked.url}`;
      const headers = { "x-amz-bucket-region": REGION, ...(status === 307 && { location }) };
      const more = `<Region>${REGION}</Region><Endpoint>bucket.s3.${REGION}.amazonaws.com</Endpoint>`;
      refuse(response, status, code, headers, more);
      return true;
    };
    const sent = await send(`region-${status}`, {
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
    });
    expectWorks(sent);
  });

  test("credentials that expire in the middle, of a program that has others then", async () => {
    const [folder, used] = [temporaryFolder(), new Set<string>()];
    const program = join(folder, "credentials.sh");
    // Each call gives other ones.
    const id = "$(cat /proc/sys/kernel/random/uuid)";
    const json = `{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"s","SessionToken":"'"${id}"'","Expiration":"2099-01-01T00:00:00Z"}`;
    writeFileSync(program, `#!/bin/sh\necho '${json}'\n`);
    chmodSync(program, 0o755);
    const config = join(folder, "config");
    writeFileSync(config, `[default]\ncredential_process = ${program}\n`);
    const first = new Map<string, string>();
    amazon().intercept = (asked, response) => {
      const token = header(asked, "x-amz-security-token");
      const client = asked.url?.match(/-(cli|agent|aws)/)?.[1] ?? "";
      if (!isS3(asked) || asked.method !== "PUT" || client === "aws") return false;
      first.set(client, first.get(client) ?? token);
      used.add(token);
      if (first.get(client) !== token) return false;
      asked.resume();
      refuse(response, 400, "ExpiredToken");
      return true;
    };
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    expectWorks(await send("renewed", { ...none, AWS_CONFIG_FILE: config }));
    expect(used.size).toBeGreaterThan(3);
  });

  test("a clock that is two hours off, with which the AWS CLI gives up", async () => {
    const server = Date.now() + 2 * 3_600_000;
    amazon().intercept = (asked, response) => {
      if (!isS3(asked)) return false;
      const text = header(asked, "x-amz-date").replace(
        /(\d{4})(\d\d)(\d\dT\d\d)(\d\d)/,
        "$1-$2-$3:$4:",
      );
      if (Math.abs(Date.parse(text) - server) < 900_000) return false;
      asked.resume();
      refuse(response, 403, "RequestTimeTooSkewed", { date: new Date(server).toUTCString() });
      return true;
    };
    const { cli, agent, aws } = await send("clock", { AWS_SESSION_TOKEN: "token" });
    expect([cli.code, agent.code, aws.code]).toEqual([0, 0, 1]);
  });
});

describe("is refused, and the credentials are named", () => {
  test.each([
    [400, "ExpiredToken", /expired|sign in/i],
    [403, "InvalidAccessKeyId", /access key/i],
    [403, "SignatureDoesNotMatch", /secret/i],
  ])("%s %s", async (status, code, message) => {
    amazon().intercept = (asked, response) => {
      if (!isS3(asked)) return false;
      asked.resume();
      refuse(response, status, code);
      return true;
    };
    const { cli, agent, aws } = await send("refused");
    expect([cli.code === 0, agent.code === 0, aws.code === 0]).toEqual([false, false, false]);
    expect(cli.stderr).toMatch(message);
    expect(agent.stderr).toContain(code);
  });
});
