import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Disk } from "../../../../bucket/disk/disk.ts";
import { BucketClient } from "../../../../bucket/s3/bucket-client.ts";
import { Connection } from "../../../../bucket/s3/connection.ts";
import { Line } from "../../../../bucket/s3/line.ts";
import { RequestLimit } from "../../../../bucket/s3/request-limit.ts";
import { S3Settings } from "../../../../bucket/s3/s3-settings.ts";
import { RawServer } from "../../../support/raw-server.ts";
import { testClock } from "../../../support/test-clock.ts";

/** A client whose every request, wherever it goes, arrives at one server. */
function clientOf(
  server: RawServer,
  options: { endpointUrl?: string | undefined; onOrigin?: (origin: string) => void },
) {
  const connection = new Connection();
  const toServer = {
    socket: (origin: string) => {
      options.onOrigin?.(origin);
      return connection.socket(server.origin);
    },
  } as Connection;
  const limit = () => new RequestLimit({ start: 9, low: 9, max: 9 });
  const credentials = { accessKeyId: "A", secretAccessKey: "s", sessionToken: "token" };
  const { endpointUrl } = options;
  return new BucketClient(
    {
      settings: new S3Settings({ region: "us-east-1", credentials, endpointUrl }),
      connection: toServer,
      rules: async () => ({
        attempts: 1,
        ridesOut: false,
        limits: { small: limit(), large: limit() },
      }),
      line: new Line(),
      disk: new Disk(),
      ...testClock(),
    },
    "bucket",
  );
}

function refusalNaming(region: string): string {
  const body = `<Error><Code>AuthorizationHeaderMalformed</Code><Region>${region}</Region></Error>`;
  return `HTTP/1.1 400 Bad Request\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const DONE = 'HTTP/1.1 200 OK\r\nx-amz-request-id: 1\r\nContent-Length: 0\r\nETag: "e"\r\n\r\n';

describe("a region out of an answer", () => {
  /** Hosts that are asked when the first answer names a region. */
  async function hostsAsked(region: string, endpointUrl?: string): Promise<string[]> {
    const origins: string[] = [];
    const answers = await RawServer.answering((request) => {
      expect(request).toContain("x-amz-security-token: token");
      return origins.length === 1 ? refusalNaming(region) : DONE;
    });
    const onOrigin = (origin: string) => void origins.push(origin);
    const client = clientOf(answers, { endpointUrl, onOrigin });
    try {
      const read = async () => undefined;
      await client.send({ method: "GET", key: "k", limit: "small" }, read).catch(() => undefined);
      return origins;
    } finally {
      await answers.stop();
    }
  }
  const HOME = "https://bucket.s3.us-east-1.amazonaws.com";

  test.each(["eu-west-1", "us-gov-west-1", "ap-southeast-7", "us-isob-east-1", "eusc-de-east-1"])(
    "%s is one",
    async (region) => {
      const [first, second] = await hostsAsked(region);
      expect(first).toBe(HOME);
      expect(second).toContain(`https://bucket.s3.${region}.`);
    },
  );

  test.each([
    "x.evil.example/#",
    "evil.example",
    "eu-west-1.evil.example",
    "eu-west-1/",
    "eu-west-1@evil.example",
    "eu-west-1:80",
    "EU-WEST-1\r\nx: y",
    "a",
    "-",
    "",
    "eu-west-1 ",
  ])("%j is none, and nothing is signed for it", async (region) => {
    expect(await hostsAsked(region)).toEqual([HOME]);
  });

  test("is any name of a region where the host is a setting, and goes nowhere else", async () => {
    const own = "https://s3.example.org";
    const asked = await hostsAsked("garage", own);
    expect(asked).toEqual(Array(2).fill(own));
    expect(await hostsAsked("x.evil.example/#", own)).toHaveLength(1);
  });

  test("never leads to a host that is not AWS's, whatever it is", async () => {
    const part = fc.constantFrom(
      "eu",
      "-",
      "west",
      "1",
      ".",
      "/",
      "#",
      "@",
      ":",
      "evil",
      "%2e",
      " ",
      "\\",
      "?",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        for (const origin of await hostsAsked(parts.join("")))
          expect(origin).toMatch(
            /^https:\/\/bucket\.s3\.[a-z]+(-[a-z]+)+-\d{1,2}\.amazonaws\.com$/,
          );
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test("is taken by each of the requests that were signed for the old one, in whatever order they are refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 8 }), fc.scheduler(), async (count, scheduler) => {
        const server = await RawServer.answering((request, socket) => {
          const said = request.includes("/eu-west-1/s3/") ? DONE : refusalNaming("eu-west-1");
          void scheduler.schedule(Promise.resolve()).then(() => socket.write(said, "latin1"));
          return undefined;
        });
        try {
          const client = clientOf(server, {});
          const read = async () => "read";
          const all = Promise.all(
            Array.from({ length: count }, (_, index) =>
              client.send({ method: "GET", key: String(index), limit: "small" }, read),
            ),
          );
          // Responses are due while others are awaited.
          const turn = new Promise((resolve) => setImmediate(resolve));
          const results = await scheduler.waitFor(turn.then(() => all));
          expect(results).toEqual(Array(count).fill("read"));
        } finally {
          await server.stop();
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe("an answer of AWS's own host without a request id is not S3's, whatever it looks like", () => {
  test.each([
    ["GET", "200 OK", 'ETag: "e"'],
    ["HEAD", "200 OK", 'ETag: "e"'],
    ["PUT", "200 OK", 'ETag: "e"'],
    ["DELETE", "204 No Content", "Server: nginx"],
    ["HEAD", "403 Forbidden", "Server: filter"],
    ["HEAD", "404 Not Found", "Server: filter"],
    ["GET", "412 Precondition Failed", "Server: filter"],
  ] as const)("%s: %s", async (method, status, header) => {
    const server = await RawServer.answering(
      () => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n${header}\r\n\r\n`,
    );
    try {
      const asked = clientOf(server, {}).send(
        { method, key: "k", limit: "small" },
        async () => undefined,
      );
      await expect(asked).rejects.toMatchObject({ name: "NotFromS3" });
    } finally {
      await server.stop();
    }
  });
});
