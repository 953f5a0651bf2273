import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { STATUS_FILE } from "../../protocol/objects.ts";
import { answerControl } from "./control.ts";
import { type Forwarded, forwarder } from "./forward.ts";
import { halfDeleted } from "./half-deleted.ts";
import { firstPage, repeatedPage } from "./repeated-page.ts";
import { RuleBook } from "./rule-book.ts";
import { errorAnswer, isFor, type S3Fault, type S3Rule } from "./s3-fault.ts";
import { type S3Request, s3Request } from "./s3-request.ts";

/** One line of the proxy's log: a request, in the order in which S3 had answered. */
export interface S3LogLine extends S3Request {
  /** Milliseconds since the epoch, with fractions. */
  readonly from: number;
  readonly to: number;
  /** S3's answer; undefined when S3 has not seen the request. */
  readonly answer?: number | undefined;
  readonly fault?: S3Fault | undefined;
  /** The word in a status object that was written. */
  readonly status?: string | undefined;
}

export interface S3ProxyOptions {
  /** Port of S3. */
  readonly target: number;
  readonly killAgent: () => Promise<void>;
  readonly log: (line: S3LogLine) => void;
}

/** A reverse proxy in front of S3 that puts faults in as its rules say, and logs every request. */
export function s3Proxy(options: S3ProxyOptions): Server {
  const book = new RuleBook<S3Rule>();
  const forward = forwarder(options.target);
  const now = () => performance.timeOrigin + performance.now();

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const from = now();
    const body = await buffer(request);
    const about = s3Request(request, body);
    const status = statusIn(about, body);
    const rule = book.take((each) => isFor(each, about, status));
    const note = (answer?: number) =>
      options.log({ ...about, from, to: now(), answer, fault: rule?.fault, status });
    const fault = rule?.fault;
    if (fault === "reset-before" || fault === "kill-before") {
      if (fault === "kill-before") await options.killAgent();
      note();
      return reset(response);
    }
    const refusal = fault && errorAnswer(fault);
    if (refusal) {
      note();
      response.writeHead(refusal.status, { "content-type": "application/xml" });
      return void response.end(refusal.xml);
    }
    const answer = await answerOf(fault, request, body, forward);
    note(answer.status);
    // The connection stays open until the client gives it up.
    if (fault === "hang") return;
    if (fault === "slow") await sleep(rule?.delayMs ?? 2000);
    if (fault === "kill-after") await options.killAgent();
    if (fault === "reset-after" || fault === "kill-after") return reset(response);
    await respond(response, answer, fault === "truncate");
  }

  const server = createServer((request, response) => {
    void answerControl(request, response, book)
      .then((done) => (done ? undefined : pass(request, response)))
      // The client is gone, or AWS is: either way no answer can be sent.
      .catch(() => response.destroy());
  });
  // Node.js closes idle connections after 5 seconds, which a client may notice too late: not a fault to put in.
  server.keepAliveTimeout = 600_000;
  return server;
}

/** S3's answer, or another that a fault makes of it. */
async function answerOf(
  fault: S3Fault | undefined,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  forward: ReturnType<typeof forwarder>,
): Promise<Forwarded> {
  const request = { method, url, headers };
  if (fault === "half") return halfDeleted(request, body, forward);
  if (fault === "repeat-page") return repeatedPage(await forward(firstPage(request), body));
  return forward(request, body);
}

/** Not a close, which is an orderly end, but a reset. */
function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

/** The word that a write of a status object brings. */
function statusIn({ operation, key }: S3Request, body: Buffer): string | undefined {
  if (operation !== "write" || !key.endsWith(`/${STATUS_FILE}`)) return undefined;
  return /FILE_UPLOAD|JOB_[A-Z]+/.exec(body.toString("latin1"))?.[0];
}

async function respond(response: ServerResponse, answer: Forwarded, cut: boolean): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (!cut) return void response.end(answer.body);
  // Flushed before the connection goes, so that the client sees a beginning without an end.
  const half = answer.body.subarray(0, Math.floor(answer.body.length / 2));
  await new Promise((resolve) => response.write(half.length > 0 ? half : " ", resolve));
  response.destroy();
}
