import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { ResponseParser } from "../../../../../bucket/s3/http1/response-parser.ts";

/** A response, as a listener was told of it. */
interface Heard {
  status: number;
  headers: Record<string, string>;
  isPersistent: boolean;
  body: string;
  ended: boolean;
}

/** A parser, and what it has told; `wait` makes the listener wait at pieces of the body. */
function listening(method: string, wait: () => Promise<void> | undefined = () => undefined) {
  const heard: Heard = { status: 0, headers: {}, isPersistent: false, body: "", ended: false };
  const parser = new ResponseParser(method, {
    head: ({ status, headers, isPersistent }) =>
      Object.assign(heard, { status, headers: { ...headers }, isPersistent }),
    body: (bytes) => {
      heard.body += bytes.toString("latin1");
      return wait();
    },
    end: () => void (heard.ended = true),
  });
  return { parser, heard };
}

/** Pushes bytes one piece after the other, each in memory that is used again. */
async function pushAll(parser: ResponseParser, text: string, cuts: readonly number[] = []) {
  const bytes = Buffer.from(text, "latin1");
  const ends = [...cuts, bytes.length].toSorted((a, b) => a - b);
  let at = 0;
  for (const end of ends) {
    if (end <= at) continue;
    const lent = Buffer.from(bytes.subarray(at, end));
    const wait = parser.push(lent);
    lent.fill("!");
    await wait;
    at = end;
  }
}

async function read(text: string, method = "GET", cuts: readonly number[] = []): Promise<Heard> {
  const { parser, heard } = listening(method);
  await pushAll(parser, text, cuts);
  return heard;
}

const OK = "HTTP/1.1 200 OK\r\n";

describe("framing", () => {
  test.each([
    ["a length", `${OK}Content-Length: 5\r\n\r\nhello`, "hello"],
    ["no body", `${OK}Content-Length: 0\r\n\r\n`, ""],
    [
      "chunks",
      `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`,
      "hello!",
    ],
    [
      "chunks with extensions and trailers",
      `${OK}transfer-encoding: Chunked\r\n\r\nA;x=y\r\n0123456789\r\n0\r\nx-amz-checksum: 1\r\ny: 2\r\n\r\n`,
      "0123456789",
    ],
    ["no content", "HTTP/1.1 204 No Content\r\n\r\n", ""],
    ["not modified, whatever length it names", "HTTP/1.1 304 x\r\nContent-Length: 7\r\n\r\n", ""],
    ["no reason phrase", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", "a"],
    [
      "an interim response first",
      `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`,
      "ok",
    ],
  ])("%s", async (_, text, body) => {
    expect(await read(text)).toMatchObject({ body, ended: true });
  });

  test("a response to HEAD has no body, whatever length it names", async () => {
    expect(await read(`${OK}Content-Length: 5\r\n\r\n`, "HEAD")).toMatchObject({
      ended: true,
      body: "",
    });
  });

  test("without a length, the body ends with the connection", async () => {
    const { parser, heard } = listening("GET");
    await pushAll(parser, `${OK}\r\nto the end`);
    expect(heard).toMatchObject({ body: "to the end", ended: false });
    expect(parser.close()).toBe(true);
    expect(heard.ended).toBe(true);
  });

  test("with one, a connection that closes early leaves it incomplete", async () => {
    const { parser, heard } = listening("GET");
    await pushAll(parser, `${OK}content-length: 9\r\n\r\nhalf`);
    expect(parser.close()).toBe(false);
    expect(heard.ended).toBe(false);
  });
});

test("names are lower case, spaces around values go, and repeated headers are joined", async () => {
  const { headers } = await read(
    `${OK}ETag:  "a" \r\nx-a: 1\r\nX-A: 2\r\n__proto__: p\r\nconstructor: c\r\nContent-Length:0\r\n\r\n`,
  );
  expect(headers["etag"]).toBe('"a"');
  expect(headers["x-a"]).toBe("1, 2");
  expect(headers["constructor"]).toBe("c");
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
});

test.each([
  ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true],
  ["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false],
  ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false],
  ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", true],
])("%j: may the connection be used again? %s", async (text, isPersistent) => {
  expect((await read(text)).isPersistent).toBe(isPersistent);
});

test("however a response is cut into pieces, the same is read", async () => {
  const responses = [
    `HTTP/1.1 100 Continue\r\n\r\n${OK}x: 1\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz`,
    `${OK}Transfer-Encoding: chunked\r\n\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n3;e\r\n123\r\n0\r\nt: 1\r\n\r\n`,
  ];
  for (const text of responses) {
    const whole = await read(text);
    expect(whole.ended).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 12 }), async (cuts) => {
        expect(await read(text, "GET", cuts)).toEqual(whole);
      }),
    );
    const each = Array.from({ length: text.length }, (_, at) => at);
    expect(await read(text, "GET", each)).toEqual(whole);
  }
});

test("a listener that waits gets nothing before it is ready, and loses nothing of what was lent", async () => {
  let ready = () => {};
  const { parser, heard } = listening("GET", () => new Promise((resolve) => (ready = resolve)));
  const lent = Buffer.from(
    `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n`,
  );
  const wait = parser.push(lent);
  lent.fill("!");
  expect(heard).toMatchObject({ body: "ab", ended: false });
  ready();
  await new Promise(setImmediate);
  expect(heard).toMatchObject({ body: "abcd", ended: false });
  ready();
  await wait;
  expect(heard).toMatchObject({ body: "abcd", ended: true });
});

test("nothing may be pushed while the listener waits", async () => {
  let ready = () => {};
  const { parser, heard } = listening("GET", () => new Promise((resolve) => (ready = resolve)));
  const wait = parser.push(Buffer.from(`${OK}Content-Length: 2\r\n\r\na`));
  expect(() => parser.push(Buffer.from("b"))).toThrow("not read yet");
  ready();
  await wait;
  void parser.push(Buffer.from("b"));
  expect(heard.body).toBe("ab");
});

describe("a response that is none", () => {
  test.each([
    ["another protocol", "SSH-2.0-OpenSSH_9\r\n\r\n"],
    ["HTTP/2", "HTTP/2 200\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["a header without a colon", `${OK}nonsense\r\n\r\n`],
    ["a header that is folded", `${OK}a: 1\r\n b\r\n\r\n`],
    ["a space before a colon", `${OK}Content-Length : 5\r\n\r\n`],
    ["a length that is no number", `${OK}Content-Length: -5\r\n\r\n`],
    ["two lengths", `${OK}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`],
    ["a coding that is not known", `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ["a chunk without a length", `${OK}Transfer-Encoding: chunked\r\n\r\nhello\r\n`],
    ["a chunk that is longer than it says", `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`],
    [
      "a line between chunks without an end",
      `${OK}Transfer-Encoding: chunked\r\n\r\n${"1".repeat(20_000)}`,
    ],
    ["a head without an end", `${OK}${"x: 1\r\n".repeat(20_000)}`],
    ["interim heads without an end", "HTTP/1.1 102 Processing\r\n\r\n".repeat(20_000)],
    [
      "trailers without an end",
      `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n${"x: 1\r\n".repeat(20_000)}`,
    ],
    ["more than it says", `${OK}Content-Length: 1\r\n\r\nab`],
  ])("%s", async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ name: "MalformedResponse" });
  });
});
