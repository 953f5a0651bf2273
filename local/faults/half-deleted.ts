import { createHash } from "node:crypto";
import { unescapeText } from "../../bucket/s3/xml.ts";
import type { ForwardableRequest, Forwarded } from "./forward.ts";

/** Objects of a DeleteObjects request. Source: Amazon S3 API Reference, DeleteObjects. */
const OBJECT = /<Object>.*?<Key>(.*?)<\/Key>.*?<\/Object>/gs;

/** Headers that are about the body as it came. */
const OF_BODY = /^(content-(md5|length)|x-amz-(sdk-)?checksum-.*|x-amz-content-sha256)$/;

/** The keys of a DeleteObjects request. */
export function keysToDelete(body: Buffer): string[] {
  return [...body.toString().matchAll(OBJECT)].map(([, key = ""]) => unescapeText(key));
}

/** Has the first half of the objects removed, and answers that the others could not be, as S3 does in quiet mode. */
export async function halfDeleted(
  request: ForwardableRequest,
  body: Buffer,
  forward: (request: ForwardableRequest, body: Buffer) => Promise<Forwarded>,
): Promise<Forwarded> {
  const objects = [...body.toString().matchAll(OBJECT)];
  // A removal of one object, which is all or nothing.
  if (objects.length === 0) return answer(500, `<Error>${WHY}</Error>`);
  const half = Math.floor(objects.length / 2);
  if (half > 0) {
    const less = Buffer.from(
      `<Delete>${objects
        .slice(0, half)
        .map(([object]) => object)
        .join("")}</Delete>`,
    );
    const others = Object.entries(request.headers).filter(([name]) => !OF_BODY.test(name));
    const headers = {
      ...Object.fromEntries(others),
      "content-length": String(less.length),
      "content-md5": createHash("md5").update(less).digest("base64"),
    };
    const done = await forward({ ...request, headers }, less);
    if (done.status !== 200) return done;
  }
  const errors = objects.slice(half).map(([, key]) => `<Error><Key>${key}</Key>${WHY}</Error>`);
  return answer(200, `<DeleteResult>${errors.join("")}</DeleteResult>`);
}

function answer(status: number, xml: string): Forwarded {
  const body = Buffer.from(xml);
  const headers = { "content-type": "application/xml", "content-length": String(body.length) };
  return { status, headers, body };
}

const WHY = "<Code>InternalError</Code><Message>a fault that was put in</Message>";
