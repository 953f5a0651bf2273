import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { askedToDelete } from "./asked-to-delete.ts";
import { listingPage } from "./listing-page.ts";
import { askedFor, crcOf, keptHeaders as kept, toldOf } from "./s3-headers.ts";
import { overLimit } from "./s3-limits.ts";
import { xml } from "./xml-answer.ts";

interface Held {
  body: Buffer;
  etag: string;
  /** Headers that GET and HEAD give back. */
  headers: Record<string, string>;
}

interface Upload {
  key: string;
  headers: Record<string, string>;
  parts: Map<number, Buffer>;
}

/** A request that a server has seen. */
export interface SeenRequest {
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

const BUCKET = "b";

const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

/**
 * A small S3 on a real socket, for what a real one will not do on demand. It takes any signature, compares
 * checksums, and lets a test answer requests itself.
 */
export class S3Server {
  readonly objects = new Map<string, Held>();
  readonly uploads = new Map<string, Upload>();
  readonly undeletable = new Set<string>();
  readonly seen: SeenRequest[] = [];
  /** Whether objects keep a CRC32 of the whole. */
  checksums = true;
  /** That of an upload in parts. */
  checksumType: "FULL_OBJECT" | "COMPOSITE" = "FULL_OBJECT";
  /** Whether it keeps what is replaced, and tells version ids. */
  keepsVersions = false;
  readonly #versions = new Map<string, Held>();
  /** Most requests under way at once. */
  busiest = 0;
  /** Called before each request is done; true: the test has answered it. */
  intercept: (
    seen: SeenRequest,
    response: ServerResponse,
  ) => boolean | undefined | void | Promise<boolean | undefined | void> = () => false;
  readonly #server;
  /** Entries on a page of a listing; S3 has 1,000. With two, a test sees pages in a small folder. */
  pageSize = 2;
  #under = 0;
  #uploadIds = 0;
  #scheme: string;

  constructor(tls?: { cert: string; key: string }) {
    const handler = (request: IncomingMessage, response: ServerResponse) => {
      // A test has reset the connection.
      this.#handle(request, response).catch(() => response.destroy());
    };
    this.#scheme = tls ? "https" : "http";
    this.#server = tls ? createTlsServer(tls, handler) : createServer(handler);
  }

  /** @param port where to listen; 0: any that is free */
  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** How many requests of a method went to keys that match. */
  count(method: string, key: RegExp = /./): number {
    return this.seen.filter((seen) => seen.method === method && key.test(seen.key)).length;
  }

  /** The ETag of these bytes; `end` tells of parts. */
  etagOf(body: Buffer, end = ""): string {
    return `${md5(body).toString("hex")}${end}`;
  }

  put(key: string, body: Buffer, headers: Record<string, string> = {}): Held {
    const held = {
      body,
      etag: this.etagOf(body),
      headers: {
        ...(this.checksums && {
          "x-amz-checksum-crc32": crcOf(body),
          "x-amz-checksum-type": "FULL_OBJECT",
        }),
        ...headers,
      },
    };
    this.objects.set(key, held);
    if (this.keepsVersions) {
      const id = `v${this.#versions.size + 1}`;
      Object.assign(held.headers, { "x-amz-version-id": id });
      this.#versions.set(`${id} ${key}`, held);
    }
    return held;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.busiest = Math.max(this.busiest, ++this.#under);
    response.once("close", () => void this.#under--);
    // Not by URL, which tidies paths: a key may hold `..` and `//`.
    const [path = "", search] = (request.url ?? "/").split("?");
    const query = new URLSearchParams(search);
    const [, bucket, ...rest] = path.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const body = await buffer(request);
    const seen = { method: request.method ?? "", key, query, headers: request.headers, body };
    this.seen.push(seen);
    if ((await this.intercept(seen, response)) === true) return;
    response.setHeader("x-amz-request-id", String(this.seen.length));
    if (bucket !== BUCKET) return fail(response, 404, "NoSuchBucket");
    const sent = request.headers["x-amz-checksum-crc32"];
    if (seen.method === "PUT" && sent !== undefined && sent !== crcOf(body))
      return fail(response, 400, "BadDigest");
    if (seen.method === "PUT" && query.has("uploadId")) return this.#putPart(seen, response);
    if (seen.method === "PUT") return this.#putObject(seen, response);
    if (seen.method === "POST" && query.has("delete")) return this.#deleteMany(seen, response);
    if (seen.method === "POST" && query.has("uploads")) return this.#create(seen, response);
    if (seen.method === "POST") return this.#complete(seen, response);
    if (seen.method === "DELETE") return this.#delete(seen, response);
    if (query.has("uploadId")) return this.#listParts(seen, response);
    if (key === "") return this.#list(seen, response);
    this.#get(seen, response);
  }

  #putObject(seen: SeenRequest, response: ServerResponse): void {
    const tooLong = overLimit(seen.key, seen.headers);
    if (tooLong !== undefined) return fail(response, 400, tooLong);
    const condition = seen.headers["if-match"];
    if (condition !== undefined) {
      const held = this.objects.get(seen.key);
      if (!held) return fail(response, 404, "NoSuchKey");
      if (condition !== `"${held.etag}"`) return fail(response, 412, "PreconditionFailed");
    }
    if (seen.headers["if-none-match"] === "*" && this.objects.has(seen.key))
      return fail(response, 412, "PreconditionFailed");
    const { etag, headers } = this.put(seen.key, seen.body, kept(seen.headers));
    response.writeHead(200, { ...toldOf(headers), etag: `"${etag}"` }).end();
  }

  #get(seen: SeenRequest, response: ServerResponse): void {
    const version = seen.query.get("versionId");
    if (version !== null && !/^v\d+$/.test(version)) return fail(response, 400, "InvalidArgument");
    const held =
      version === null ? this.objects.get(seen.key) : this.#versions.get(`${version} ${seen.key}`);
    if (!held) return fail(response, 404, version === null ? "NoSuchKey" : "NoSuchVersion");
    const etag = `"${held.etag}"`;
    if ((seen.headers["if-match"] ?? etag) !== etag)
      return fail(response, 412, "PreconditionFailed");
    if (seen.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    const headers: Record<string, string> = {
      etag,
      "last-modified": "Tue, 24 Nov 2026 10:00:00 GMT",
      ...askedFor(held.headers, seen.headers),
    };
    const range = /^bytes=(\d+)-(\d*)$/.exec(seen.headers.range ?? "");
    let { body } = held;
    if (range) {
      const start = Number(range[1]);
      if (start >= body.length) return fail(response, 416, "InvalidRange");
      const end = Math.min(range[2] ? Number(range[2]) + 1 : body.length, body.length);
      headers["content-range"] = `bytes ${start}-${end - 1}/${body.length}`;
      body = body.subarray(start, end);
    }
    headers["content-length"] = String(body.length);
    response.writeHead(range ? 206 : 200, headers);
    response.end(seen.method === "HEAD" ? undefined : body);
  }

  #delete(seen: SeenRequest, response: ServerResponse): void {
    const id = seen.query.get("uploadId");
    void (id === null ? this.objects.delete(seen.key) : this.uploads.delete(id));
    response.writeHead(204).end();
  }

  #deleteMany(seen: SeenRequest, response: ServerResponse): void {
    const asked = askedToDelete(seen, this.undeletable);
    if (typeof asked === "string") return fail(response, 400, asked);
    for (const key of asked.removed) this.objects.delete(key);
    xml(response, `<DeleteResult>${asked.refused}</DeleteResult>`);
  }

  #create(seen: SeenRequest, response: ServerResponse): void {
    const id = `upload${++this.#uploadIds}`;
    this.uploads.set(id, { key: seen.key, headers: kept(seen.headers), parts: new Map() });
    if (this.checksums) response.setHeader("x-amz-checksum-type", this.checksumType);
    xml(
      response,
      `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    );
  }

  #putPart(seen: SeenRequest, response: ServerResponse): void {
    const upload = this.uploads.get(seen.query.get("uploadId") ?? "");
    if (!upload) return fail(response, 404, "NoSuchUpload");
    upload.parts.set(Number(seen.query.get("partNumber")), seen.body);
    response.writeHead(200, { etag: `"${md5(seen.body).toString("hex")}"` }).end();
  }

  #listParts(seen: SeenRequest, response: ServerResponse): void {
    const upload = this.uploads.get(seen.query.get("uploadId") ?? "");
    if (!upload) return fail(response, 404, "NoSuchUpload");
    const after = Number(seen.query.get("part-number-marker") ?? 0);
    const numbers = [...upload.parts.keys()]
      .filter((number) => number > after)
      .toSorted((a, b) => a - b);
    // Two a page, so that more than one is asked for.
    const page = numbers.slice(0, 2);
    const parts = page.map((number) => {
      const body = upload.parts.get(number) ?? Buffer.alloc(0);
      const checksum = this.checksums ? `<ChecksumCRC32>${crcOf(body)}</ChecksumCRC32>` : "";
      return `<Part><PartNumber>${number}</PartNumber><Size>${body.length}</Size><ETag>"${md5(body).toString("hex")}"</ETag>${checksum}</Part>`;
    });
    const more = numbers.length > page.length;
    const next = more ? `<NextPartNumberMarker>${page.at(-1)}</NextPartNumberMarker>` : "";
    xml(
      response,
      `<ListPartsResult>${this.checksums ? `<ChecksumType>${this.checksumType}</ChecksumType>` : ""}<IsTruncated>${more}</IsTruncated>${next}${parts.join("")}</ListPartsResult>`,
    );
  }

  #complete(seen: SeenRequest, response: ServerResponse): void {
    const id = seen.query.get("uploadId") ?? "";
    const upload = this.uploads.get(id);
    if (!upload) return fail(response, 404, "NoSuchUpload");
    const numbers = seen.body.toString().matchAll(/<PartNumber>(\d+)</g);
    const parts = [...numbers].map(([, at]) => upload.parts.get(Number(at)) ?? Buffer.alloc(0));
    const body = Buffer.concat(parts);
    const whole = seen.headers["x-amz-checksum-crc32"];
    // One that knows checksums of checksums only takes this for a wrong one.
    const expected = this.checksumType === "FULL_OBJECT" ? crcOf(body) : "composite";
    if (whole !== undefined && whole !== expected) return fail(response, 400, "BadDigest");
    const held = this.put(seen.key, body, upload.headers);
    held.etag = this.etagOf(Buffer.concat(parts.map(md5)), `-${parts.length}`);
    this.uploads.delete(id);
    for (const [name, value] of Object.entries(toldOf(held.headers)))
      response.setHeader(name, value);
    xml(
      response,
      `<CompleteMultipartUploadResult><ETag>"${held.etag}"</ETag></CompleteMultipartUploadResult>`,
    );
  }

  #list(seen: SeenRequest, response: ServerResponse): void {
    const token = seen.query.get("continuation-token");
    const { keys, commonPrefixes, last } = listingPage(this.objects.keys(), {
      prefix: seen.query.get("prefix") ?? "",
      delimiter: seen.query.get("delimiter") ?? undefined,
      after: token === null ? undefined : Buffer.from(token, "base64url").toString(),
      size: this.pageSize,
    });
    const encoded = (name: string) => encodeURIComponent(name).replaceAll("%20", "+");
    const lines = keys.map((key) => {
      const { body, etag } = this.objects.get(key)!;
      return `<Contents><Key>${encoded(key)}</Key><Size>${body.length}</Size><ETag>&quot;${etag}&quot;</ETag><LastModified>2026-11-24T10:00:00.000Z</LastModified></Contents>`;
    });
    for (const name of commonPrefixes)
      lines.push(`<CommonPrefixes><Prefix>${encoded(name)}</Prefix></CommonPrefixes>`);
    const next = Buffer.from(last ?? "").toString("base64url");
    if (next !== "") lines.push(`<NextContinuationToken>${next}</NextContinuationToken>`);
    xml(
      response,
      `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${next !== ""}</IsTruncated>${lines.join("")}</ListBucketResult>`,
    );
  }
}

/** Answers with an error of S3. */
export function fail(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/xml", ...headers });
  response.end(
    `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>said the test</Message></Error>`,
  );
}
