import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { Connection, type Place, placeOf } from "./connection.ts";

// As bench/bare, in Node.js and by one thread: what no client in it can be much faster than.
//
//	bare-node put|get URL BUCKET PREFIX FOLDER CONNECTIONS [CA.pem]

/** How much of a large object is one request, in bytes. */
const PART = 8 * 1024 * 1024;

/** A file and its key. */
interface Stored {
  path: string;
  key: string;
  size: number;
  upload?: string;
  etags: string[];
}

/** One request: a whole object, or a part of one. */
interface Piece {
  object: Stored;
  number: number;
  offset: number;
  size: number;
}

function piecesOf(object: Stored): Piece[] {
  const all: Piece[] = [{ object, number: 1, offset: 0, size: Math.min(object.size, PART) }];
  for (let offset = PART; offset < object.size; offset += PART)
    all.push({
      object,
      number: all.length + 1,
      offset,
      size: Math.min(object.size - offset, PART),
    });
  return all;
}

function filesOf({ prefix }: Place, folder: string): Stored[] {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return names.flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path);
    return stats.isFile() ? [{ path, key: `${prefix}/${name}`, size: stats.size, etags: [] }] : [];
  });
}

/** The objects below the prefix, whose folders are made. */
async function list(first: Connection, folder: string): Promise<Stored[]> {
  const { prefix } = first.place;
  const found: Stored[] = [];
  for (let after = ""; ; ) {
    const page = await first.text("GET", `?list-type=2&prefix=${prefix}/${after}`);
    const isEncoded = page.includes("<EncodingType>url");
    for (const [, text = "", size] of page.matchAll(
      /<Key>([^<]*)<\/Key>.*?<Size>(\d+)<\/Size>/gs,
    )) {
      const key = isEncoded ? decodeURIComponent(text) : text;
      const path = join(folder, key.slice(prefix.length));
      found.push({ path, key, size: Number(size), etags: [] });
    }
    const [, token] = /<NextContinuationToken>([^<]*)</.exec(page) ?? [];
    if (token === undefined) break;
    after = `&continuation-token=${token}`;
  }
  for (const made of new Set(found.map(({ path }) => dirname(path))))
    mkdirSync(made, { recursive: true });
  return found;
}

/** Fetches a piece, and writes it at its place while it comes. */
async function get(connection: Connection, { object, offset, size }: Piece): Promise<void> {
  const range = size < object.size ? `Range: bytes=${offset}-${offset + size - 1}\r\n` : "";
  const file = openSync(object.path, constants.O_WRONLY | constants.O_CREAT, 0o666);
  let [sum, at] = [0, offset];
  const headers = `x-amz-checksum-mode: ENABLED\r\n${range}`;
  const fields = await connection.ask("GET", object.key, headers, Buffer.alloc(0), (bytes) => {
    sum = crc32(bytes, sum);
    for (let done = 0; done < bytes.length; )
      done += writeSync(file, bytes, done, bytes.length - done, at + done);
    at += bytes.length;
  });
  closeSync(file);
  // With a range, some servers tell that of the whole.
  const told = range === "" ? fields["x-amz-checksum-crc32"] : undefined;
  if (told !== undefined && told !== encode(sum)) throw new Error("the checksum is another one");
}

/** Bodies of connections that send, each used again. */
const bodies = new WeakMap<Connection, Buffer>();

/** Reads a piece, and sends it. */
async function put(connection: Connection, { object, number, offset, size }: Piece): Promise<void> {
  const known = bodies.get(connection);
  const whole = known && known.length >= size ? known : Buffer.allocUnsafeSlow(size);
  bodies.set(connection, whole);
  const body = whole.subarray(0, size);
  const file = openSync(object.path, "r");
  for (let read = 0; read < size; ) {
    const got = readSync(file, body, read, size - read, offset + read);
    if (got === 0) throw new Error(`${object.path} has become shorter`);
    read += got;
  }
  closeSync(file);
  const { upload, key } = object;
  const target = upload === undefined ? key : `${key}?partNumber=${number}&uploadId=${upload}`;
  const sum = `x-amz-checksum-crc32: ${encode(crc32(body))}\r\n`;
  const fields = await connection.ask("PUT", target, sum, body, () => {});
  object.etags[number - 1] = fields["etag"] ?? "";
}

function encode(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString("base64");
}

/** Begins an upload in parts. */
async function begin(first: Connection, object: Stored): Promise<void> {
  const [, upload] =
    /<UploadId>([^<]*)</.exec(await first.text("POST", `${object.key}?uploads`)) ?? [];
  if (upload === undefined) throw new Error("there is no UploadId");
  object.upload = upload;
}

/** Makes the object of its parts. */
async function complete(first: Connection, { key, upload, etags }: Stored): Promise<void> {
  const parts = etags.map(
    (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  const xml = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
  await first.text("POST", `${key}?uploadId=${upload}`, Buffer.from(xml));
}

async function main([verb, address, bucket, prefix, folder = "", count, ca]: readonly (
  | string
  | undefined
)[]): Promise<void> {
  const place = placeOf([address, bucket, prefix, ca]);
  const first = await Connection.open(place);
  const objects = verb === "put" ? filesOf(place, folder) : await list(first, folder);
  const pieces = objects.map(piecesOf);
  if (verb === "put")
    for (const [at, object] of objects.entries())
      if ((pieces[at]?.length ?? 0) > 1) await begin(first, object);
  const queue = pieces.flat();
  const connections = Math.min(Number(count), queue.length);
  let next = 0;
  const carry = async (isFirst: boolean) => {
    const own = isFirst ? first : await Connection.open(place);
    for (let piece = queue[next++]; piece; piece = queue[next++])
      await (verb === "put" ? put : get)(own, piece);
    if (!isFirst) own.end();
  };
  await Promise.all(Array.from({ length: connections }, (_, at) => carry(at === 0)));
  for (const object of objects) if (object.upload !== undefined) await complete(first, object);
  first.end();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`bare-node: ${String(error)}`);
  process.exit(1);
});
