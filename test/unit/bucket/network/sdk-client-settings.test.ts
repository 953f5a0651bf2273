import type { Socket } from "node:net";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, expect, test } from "@jest/globals";
import {
  type SdkLimits,
  sdkClientSettings,
} from "../../../../bucket/network/sdk-client-settings.ts";
import { RawServer } from "../../../support/raw-server.ts";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: ";
const LIMITS: SdkLimits = { attempts: 2, connectMs: 100, attemptMs: 150, callMs: 10_000 };

let server: RawServer | undefined;
afterEach(() => server?.stop());

/** How a call ends, with how many attempts. */
async function called(
  answer: Parameters<typeof RawServer.answering>[0],
  limits: Partial<SdkLimits> = {},
) {
  let attempts = 0;
  server = await RawServer.answering((request, socket) => {
    attempts += 1;
    return answer(request, socket);
  });
  const client = new CloudWatchLogsClient({
    ...sdkClientSettings({ ...LIMITS, ...limits }),
    endpoint: server.origin,
    region: "eu-west-1",
    credentials: { accessKeyId: "A", secretAccessKey: "s" },
  });
  const ended = await client
    .send(new FilterLogEventsCommand({ logGroupName: "g" }))
    .catch((error: unknown) => error);
  client.destroy();
  return { ended, attempts: () => attempts };
}

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write("x"), 20);
  socket.on("close", () => clearInterval(timer));
}

test("what is answered is an answer", async () => {
  const { ended, attempts } = await called(() => `${HEAD}13\r\n\r\n{"events":[]}`);
  expect(ended).toMatchObject({ events: [] });
  expect(attempts()).toBe(1);
});

const OUT_OF_TIME = {
  name: "TimeoutError",
  message: "127.0.0.1 has not given a whole answer within 0.15 s",
};

test("a service that never answers is given up, after as many attempts as are set", async () => {
  const { ended, attempts } = await called(() => undefined);
  expect(ended).toMatchObject(OUT_OF_TIME);
  expect(attempts()).toBe(2);
});

test("so is one that answers byte by byte, without end", async () => {
  const { ended, attempts } = await called((_, socket) => {
    drip(socket);
    return `${HEAD}1000000\r\n\r\n`;
  });
  expect(ended).toMatchObject(OUT_OF_TIME);
  expect(attempts()).toBe(2);
});

test("one that sends its head byte by byte, too", async () => {
  const { ended } = await called((_, socket) => {
    drip(socket);
    return "HTTP/1.1 200 OK\r\nX: ";
  });
  expect(ended).toMatchObject(OUT_OF_TIME);
});

test("after the time for a call, no attempt begins, however many are set", async () => {
  const { ended, attempts } = await called(() => undefined, { attempts: 1000, callMs: 200 });
  expect(ended).toMatchObject(OUT_OF_TIME);
  // The first may have taken all of it.
  expect([1, 2]).toContain(attempts());
});

test.each([
  ["400 Bad Request", "ThrottlingException", false, 2],
  ["400 Bad Request", "ThrottlingException", true, 1],
  ["429 Too Many Requests", "TooManyRequestsException", true, 1],
  ["500 Internal Server Error", "InternalServerError", true, 2],
  ["400 Bad Request", "InvalidInstanceId", true, 1],
])("%s %s, where throttling is final: %j, is asked for %d times", async (...row) => {
  const [status, name, isThrottlingFinal, times] = row;
  const body = JSON.stringify({ __type: name, message: "no" });
  const head = HEAD.replace("200 OK", status);
  const answer = () => `${head}${body.length}\r\n\r\n${body}`;
  const { ended, attempts } = await called(answer, { isThrottlingFinal });
  expect(ended).toMatchObject({ name });
  expect(attempts()).toBe(times);
});
