import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { buffer } from "node:stream/consumers";

/** A request as it came, or as it goes on. */
export type ForwardableRequest = Pick<IncomingMessage, "method" | "url" | "headers">;

/** An answer that came back. */
export interface Forwarded {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends requests on as they came, to a port of this machine. */
export function forwarder(
  port: number,
): (request: ForwardableRequest, body: Buffer) => Promise<Forwarded> {
  const agent = new Agent({ keepAlive: true });
  return ({ method, url, headers }, body) =>
    new Promise((resolve, reject) => {
      const onward = httpRequest(
        {
          host: "127.0.0.1",
          port,
          method,
          path: url,
          headers: onwardHeaders(headers, body),
          agent,
        },
        (answer) => {
          buffer(answer).then((bytes) => {
            resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes });
          }, reject);
        },
      );
      onward.once("error", reject);
      onward.end(body);
    });
}

/** A body that came in chunks goes on in one piece. */
function onwardHeaders(headers: IncomingHttpHeaders, body: Buffer): IncomingHttpHeaders {
  const { "transfer-encoding": chunked, expect: _expect, ...rest } = headers;
  return chunked === undefined ? rest : { ...rest, "content-length": String(body.length) };
}
