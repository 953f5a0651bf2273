import { S3Error } from "../s3-error.ts";

/** The first lines of a response. */
export interface ResponseHead {
  status: number;
  /** Names in lower case; one that comes more than once has its values joined with commas. */
  headers: Readonly<Record<string, string>>;
  /** Whether the connection may carry another request. */
  isPersistent: boolean;
}

/** How the end of a response's body is found. */
export type Framing = { kind: "length"; length: number } | { kind: "chunked" } | { kind: "close" };

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
/** Names of headers in lower case, by what servers have called them: few, again and again. */
const keys = new Map<string, string>();
const KEYS_MAX = 200;

/** Source: RFC 9110, "tokens". */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads the lines of a head, without the empty one that ends it.
 *
 * @throws S3Error `MalformedResponse`
 */
export function parseHead(text: string): ResponseHead {
  const lines = text.split("\r\n");
  const [, version, status] = STATUS_LINE.exec(lines[0] ?? "") ?? [];
  if (status === undefined) throw malformed("its first line is none of HTTP/1.1");
  // A plain object, which V8 makes quickly when answers are alike.
  const headers: Record<string, string> = {};
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] as string;
    const colon = line.indexOf(":");
    if (colon < 0) throw malformed("a header is none");
    const name = line.slice(0, colon);
    const key = keys.get(name) ?? keyOf(name);
    const value = line.slice(colon + 1).trim();
    headers[key] = Object.hasOwn(headers, key) ? `${headers[key]}, ${value}` : value;
  }
  const wish = headers["connection"]?.toLowerCase();
  const isPersistent = version === "1" ? wish !== "close" : wish === "keep-alive";
  return { status: Number(status), headers, isPersistent };
}

function keyOf(name: string): string {
  if (!NAME.test(name)) throw malformed("a header is none");
  const key = name.toLowerCase();
  if (keys.size < KEYS_MAX) keys.set(name, key);
  return key;
}

/**
 * How long the body is that follows a head. Source: RFC 9112, "message body length".
 *
 * @throws S3Error `MalformedResponse`
 */
export function framingOf(
  { status, headers }: Pick<ResponseHead, "status" | "headers">,
  method: string,
): Framing {
  if (method === "HEAD" || status === 204 || status === 304) return { kind: "length", length: 0 };
  const coding = headers["transfer-encoding"];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== "chunked") throw malformed(`its body is sent as ${coding}`);
    return { kind: "chunked" };
  }
  const length = headers["content-length"];
  if (length === undefined) return { kind: "close" };
  if (!/^\d{1,16}$/.test(length)) throw malformed("its length is no number");
  return { kind: "length", length: Number(length) };
}

export function malformed(what: string): S3Error {
  return new S3Error("MalformedResponse", `S3's response cannot be read: ${what}`);
}
