import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { encodeCrc32 } from "../../../../../bucket/s3/crc32.ts";
import { RawServer } from "../../../../support/raw-server.ts";
import { s3Over } from "../../../../support/s3-over.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

/** How the end of a body is found, and what is wrong with that. */
const FRAMINGS = ["length", "chunked", "close", "chunked, no end", "length, too long"] as const;

interface Answer {
  framing: (typeof FRAMINGS)[number];
  /** Bytes that come in place of the object's. */
  body: string;
  etag: string | undefined;
  status: number;
  range: string | undefined;
  headers: readonly string[];
}

const OBJECT = "what the object holds";
const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const crcOf = (text: string) => encodeCrc32(crc32(text));
const KMS = "x-amz-server-side-encryption: aws:kms";
const OPAQUE = "0123456789abcdef0123456789abcdef";

let server: RawServer;
let say: (request: string) => Answer;
let path: string;
let requests = 0;

beforeEach(async () => {
  requests = 0;
  path = join(temporaryFolder(), "part");
  server = await RawServer.answering((request, socket) => {
    requests += 1;
    const answer = say(request);
    const { framing, body, etag, status, range, headers } = answer;
    const said = framing === "length, too long" ? body.length + 1 : body.length;
    const lines = [
      `HTTP/1.1 ${status} Said`,
      ...(etag === undefined ? [] : [`ETag: "${etag}"`]),
      ...(range === undefined ? [] : [`Content-Range: ${range}`]),
      ...(framing.startsWith("length") ? [`Content-Length: ${said}`] : []),
      ...(framing.startsWith("chunked") ? ["Transfer-Encoding: chunked"] : []),
      ...headers,
    ];
    const end = framing === "chunked" ? "0\r\n\r\n" : "";
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n`;
    const sent = framing.startsWith("chunked") ? (body === "" ? "" : chunk) + end : body;
    const isHead = request.startsWith("HEAD");
    const text = `${lines.join("\r\n")}\r\n\r\n${isHead ? "" : sent}`;
    if (isHead || ["length", "chunked"].includes(framing)) return text;
    socket.end(text, "latin1");
    return undefined;
  });
});
afterEach(() => server.stop());

const fetchIt = (size: number, etag: string | undefined) =>
  s3Over(server.origin, { attempts: 5 })
    .store("b")
    .getFile("k", path, { size, ...(etag !== undefined && { etag }) });

const true_: Answer = {
  framing: "length",
  body: OBJECT,
  etag: md5(OBJECT),
  status: 200,
  range: undefined,
  headers: [],
};

test.each(["length", "chunked", "close"] as const)(
  "a body whose end is found by %s is fetched whole, also with a key of KMS",
  async (framing) => {
    say = () => ({ ...true_, framing, etag: OPAQUE, headers: [KMS] });
    expect(await fetchIt(OBJECT.length, OPAQUE)).toMatchObject({
      size: OBJECT.length,
      verified: "size",
    });
    expect(readFileSync(path, "utf8")).toBe(OBJECT);
    expect(requests).toBe(1);
  },
);

test.each<[string, Partial<Answer>]>([
  ["nothing, where the connection's end is the body's", { framing: "close", body: "" }],
  ["too little, where the connection's end is the body's", { framing: "close", body: "what" }],
  ["nothing, in chunks", { framing: "chunked", body: "" }],
  ["too much, in chunks", { framing: "chunked", body: `${OBJECT}!` }],
  ["too little, with its length", { body: "what" }],
  ["too much, with its length", { body: `${OBJECT}!` }],
  ["less than its length", { framing: "length, too long" }],
  ["no ETag", { etag: undefined }],
  ["a part of nobody knows what", { status: 206 }],
  ["a part of an unreadable range", { status: 206, range: "x" }],
  ["another range", { status: 206, range: "bytes 3-23/24" }],
  ["a part of a larger object", { status: 206, range: "bytes 0-20/9000" }],
])("%s is no download", async (_, lie) => {
  say = () => ({ ...true_, etag: OPAQUE, headers: [KMS], ...lie });
  await expect(fetchIt(OBJECT.length, OPAQUE)).rejects.toThrow();
  expect(requests).toBeLessThan(40);
});

test("a reason tells lengths and contents apart, whichever answer of S3's has the length", async () => {
  const held = fc.constantFrom(OBJECT.length, 9 << 20);
  await fc.assert(
    fc.asyncProperty(held, fc.integer({ min: -3, max: 3 }), async (size, more) => {
      const headers = size === OBJECT.length ? [] : [`Content-Length: ${size + more}`];
      const body = size === OBJECT.length ? `${OBJECT}???`.slice(0, size + more) : "";
      const framing = size === OBJECT.length ? ("length" as const) : ("close" as const);
      const wrong = more === 0 ? OBJECT.toUpperCase() : body;
      say = () => ({ ...true_, framing, body: wrong, headers });
      if (more === 0 && size > OBJECT.length) return;
      await expect(fetchIt(size, md5(OBJECT))).rejects.toMatchObject({
        reason: { code: more === 0 ? "object-damaged" : "object-length" },
      });
    }),
    { numRuns: 40 },
  );
});

test("what is another version at each look is no download", async () => {
  let version = 0;
  say = () => ({ ...true_, etag: `${version++}`, headers: [KMS] });
  await expect(fetchIt(OBJECT.length, OPAQUE)).rejects.toMatchObject({
    path: "k",
    reason: { code: "object-changing" },
  });
  expect(requests).toBeLessThan(20);
});

test("a body without an end is read no further than the object is long", async () => {
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  let sent = 0;
  await server.stop();
  server = await RawServer.start((socket) => {
    socket.once("data", () => {
      socket.write(`HTTP/1.1 200 OK\r\nETag: "${OPAQUE}"\r\nTransfer-Encoding: chunked\r\n\r\n`);
      const more = () => {
        while (!socket.destroyed && socket.write(chunk)) sent += 1;
      };
      socket.on("drain", more);
      more();
    });
  });
  await expect(fetchIt(1000, OPAQUE)).rejects.toMatchObject({ code: "transfer" });
  expect(sent).toBeLessThan(1000);
  expect(server.sockets).toHaveLength(2);
});

test("HEAD's length is not believed beyond the largest object, nor against the listing", async () => {
  say = (request) => ({
    ...true_,
    ...(request.startsWith("HEAD") && {
      framing: "close",
      headers: ["Content-Length: 9000000000000000"],
    }),
  });
  await expect(s3Over(server.origin).store("b").getFile("k", path)).rejects.toMatchObject({
    name: "MalformedResponse",
  });
  const size = 9 << 20;
  say = () => ({ ...true_, headers: [] });
  await expect(fetchIt(size, md5(OBJECT))).rejects.toMatchObject({ code: "transfer" });
});

test("whatever a server answers, what counts as fetched has the object's length and what can be compared is equal", async () => {
  const answers = {
    framing: fc.constantFrom(...FRAMINGS),
    body: fc.constantFrom(OBJECT, "", "what", `${OBJECT}!`, OBJECT.toUpperCase(), "<html></html>"),
    etag: fc.constantFrom(md5(OBJECT), md5(OBJECT), OPAQUE, "", undefined),
    status: fc.constantFrom(200, 200, 206, 203),
    range: fc.constantFrom(
      undefined,
      undefined,
      "bytes 0-20/21",
      "bytes 4-20/21",
      "bytes 0-3/21",
      "bytes 0-20/*",
      "x",
    ),
    headers: fc.constantFrom(
      [],
      [KMS],
      [`x-amz-checksum-crc32: ${crcOf(OBJECT)}`],
      ["x-amz-checksum-crc32: AAAAAQ=="],
      ["x-amz-checksum-crc32: !"],
    ),
  };
  // Lies in everything, and lies in one thing or two, which are believed more often.
  const answer = fc.oneof(fc.record(answers), {
    weight: 4,
    arbitrary: fc
      .record(answers, { requiredKeys: [] })
      .map((lies): Answer => ({ ...true_, ...lies })),
  });
  let fetchedOnes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 3 }),
      fc.constantFrom(md5(OBJECT), OPAQUE, "", undefined),
      async (answers, etag) => {
        let asked = 0;
        say = () => answers[asked++ % answers.length]!;
        const fetched = await fetchIt(OBJECT.length, etag).catch((error: Error) => error);
        expect(asked).toBeLessThan(60);
        if (fetched instanceof Error || fetched === undefined) return;
        fetchedOnes += 1;
        const there = readFileSync(path, "utf8");
        expect(there).toHaveLength(fetched.size);
        // Of another version than the listing's, or of none, the answers say how long it is.
        if (fetched.etag === etag) expect(fetched.size).toBe(OBJECT.length);
        else expect(answers.map((one) => one.body.length)).toContain(fetched.size);
        expect(answers.map((one) => one.etag)).toContain(fetched.etag);
        if (fetched.verified !== "size") expect(there).toBe(OBJECT);
        // By its length alone: only where no answer had what it could be compared with.
        else
          expect(
            answers.some((one) => one.headers.some((line) => line === KMS) || one.etag === OPAQUE),
          ).toBe(true);
      },
    ),
    { numRuns: 400 },
  );

  expect(fetchedOnes).toBeGreaterThan(10);
}, 60_000);
