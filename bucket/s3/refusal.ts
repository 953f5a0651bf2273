import type { Proxy } from "../network/proxy.ts";
import type { Forward } from "./http1/forward.ts";
import { type Answered, type Host, isForeign } from "./not-from-s3.ts";
import type { Outgoing } from "./outgoing.ts";
import type { S3Response } from "./s3-response.ts";

/** An answer that does not do what was asked: plain data, which threads can pass on. */
export interface Refusal extends Answered {
  /** The beginning of its body. */
  text: string;
  /** Whether it says nothing at all that S3 would say. */
  isForeign: boolean;
  /** The proxy that was sent the request itself. */
  proxy: Proxy | undefined;
}

/** Reads an answer that is a refusal; undefined, at once: it is none, and its body is still to be read. */
export function refusalIn(
  response: S3Response,
  asked: Pick<Outgoing, "method" | "key">,
  host: Host,
  forward: Forward | undefined,
): Promise<Refusal> | undefined {
  const isOthers = isForeign(response, asked, host);
  return response.status < 300 && !isOthers ? undefined : read(response, isOthers, forward);
}

async function read(
  response: S3Response,
  isOthers: boolean,
  forward: Forward | undefined,
): Promise<Refusal> {
  const { status, headers } = response;
  const text = await response.beginning();
  return { status, headers, text, isForeign: isOthers, proxy: forward?.proxy };
}
