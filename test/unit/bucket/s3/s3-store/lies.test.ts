import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "@jest/globals";
import { S3_TIMEOUTS } from "../../../../../bucket/s3/s3-timeouts.ts";
import { RawServer } from "../../../../support/raw-server.ts";
import { s3Over, s3Scene } from "../../../../support/s3-over.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const s3 = s3Scene();
const PAGE = "<!DOCTYPE html><html><head><title>Web filter\n\u001b[31m</title></head></html>";

/** Answers every request with this. */
function always(status: number, body: string, headers: Record<string, string> = {}): void {
  s3.server.intercept = (_, response) => (response.writeHead(status, headers).end(body), true);
}

describe("a page of something on the way", () => {
  test.each([401, 403, 404, 407, 409, 412, 416, 301, 307])(
    "with status %d says nothing of the object",
    async (status) => {
      always(status, PAGE, { "x-amz-bucket-region": "eu-west-1" });
      const { store } = s3;
      const error = { name: "NotFromS3", message: expect.stringContaining('"Web filter') };
      await expect(store.get("k")).rejects.toMatchObject(error);
      await expect(store.get("k", { ifMatch: "e" })).rejects.toMatchObject(error);
      await expect(
        store.getFile("k", join(temporaryFolder(), "f"), { size: 3, etag: "e" }),
      ).rejects.toMatchObject(error);
      await expect(store.put("k", "x", { ifAbsent: true })).rejects.toMatchObject(error);
      expect(s3.server.seen).toHaveLength(4);
    },
  );

  test.each([500, 502, 503, 429])("with status %d may pass", async (status) => {
    s3.server.put("k", Buffer.from("content"));
    let left = 2;
    s3.server.intercept = (_, response) =>
      left-- > 0 && (response.writeHead(status).end(PAGE), true);
    expect((await buffer((await s3.store.get("k"))!.body)).toString()).toBe("content");
  });

  test("with status 200 is neither an object, nor word that one was written", async () => {
    always(200, PAGE, { "content-type": "text/html" });
    const error = { name: "NotFromS3" };
    await expect(s3.store.get("k")).rejects.toMatchObject(error);
    await expect(s3.store.put("k", "x")).rejects.toMatchObject(error);
    await expect(s3.store.getFile("k", join(temporaryFolder(), "f"))).rejects.toMatchObject(error);
    const large = join(temporaryFolder(), "large");
    writeFileSync(large, Buffer.alloc(9 << 20));
    await expect(s3.store.putFile(large, "k", 9 << 20)).rejects.toMatchObject(error);
  });

  test("in place of word of a part is no such word", async () => {
    s3.server.intercept = (seen, response) =>
      seen.query.has("partNumber") && (response.writeHead(200).end(PAGE), true);
    const large = join(temporaryFolder(), "large");
    writeFileSync(large, Buffer.alloc(9 << 20));
    await expect(s3.store.putFile(large, "k", 9 << 20)).rejects.toMatchObject({
      name: "NotFromS3",
    });
    expect(s3.server.objects.has("k")).toBe(false);
  });
});

test("a version that was not asked for is none", async () => {
  always(200, "other", { etag: '"other"' });
  expect(await s3.store.get("k", { ifMatch: "e" })).toBeUndefined();
});

test("the whole object in place of a range is an error", async () => {
  always(200, "content", { etag: '"e"' });
  await expect(s3.store.get("k", { range: { start: 3 } })).rejects.toMatchObject({
    name: "MalformedResponse",
  });
});

describe("without a length", () => {
  let server: RawServer | undefined;
  afterEach(() => server?.stop());
  const read = async (answer: string, ends: boolean) => {
    server = await RawServer.answering((_, socket) => {
      if (!ends) return answer;
      socket.end(answer, "latin1");
      return undefined;
    });
    const got = await s3Over(server.origin).store("b").get("k");
    return { size: got?.size, text: (await buffer(got!.body)).toString() };
  };

  test("an object in chunks is as long as what comes", async () => {
    const chunked = `HTTP/1.1 200 OK\r\nETag: "e"\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nJOB_\r\n8\r\nCOMPLETE\r\n0\r\n\r\n`;
    expect(await read(chunked, false)).toEqual({ size: 12, text: "JOB_COMPLETE" });
  });

  test("an object of which the connection's end is the end is not believed", async () => {
    const cut = read('HTTP/1.0 200 OK\r\nETag: "e"\r\n\r\nJOB_', true);
    await expect(cut).rejects.toMatchObject({ name: "MalformedResponse" });
  });
});

describe("an answer without an end", () => {
  const timeouts = { ...S3_TIMEOUTS, socketTimeout: 300 };

  /** Begins an answer, and goes on as long as it is read. */
  function endless(
    status: number,
    headers: Record<string, string>,
    piece: string,
  ): { bytes: number } {
    const sent = { bytes: 0 };
    s3.server.intercept = (_, response) => {
      response.writeHead(status, headers);
      const more = () => {
        while (!response.destroyed && response.write(piece)) sent.bytes += piece.length;
      };
      response.on("drain", more);
      more();
      return true;
    };
    return sent;
  }

  test("to a refusal is known by its status", async () => {
    const sent = endless(403, {}, `<Error><Code>AccessDenied</Code>${" ".repeat(60_000)}`);
    await expect(s3.store.get("k")).rejects.toMatchObject({ name: "NotFromS3" });
    expect(sent.bytes).toBeLessThan(32 << 20);
    expect(s3.server.seen).toHaveLength(1);
  });

  test("to a failure is known by its status, and tried again", async () => {
    const sent = endless(503, {}, "x".repeat(60_000));
    await expect(s3.store.get("k")).rejects.toMatchObject({
      name: "ServiceUnavailable",
      $metadata: { httpStatusCode: 503 },
    });
    expect(sent.bytes).toBeLessThan(160 << 20);
  });

  test("to a write is not read on", async () => {
    endless(200, { etag: '"e"' }, "x".repeat(60_000));
    expect(await s3.store.put("k", "x")).toBe("e");
  });

  test("that comes in drops ends when S3 has had its time", async () => {
    s3.server.intercept = (_, response) => {
      response.writeHead(404, { "content-type": "application/xml" });
      const drip = setInterval(() => response.write(" "), 20);
      response.once("close", () => clearInterval(drip));
      return true;
    };
    expect(await s3.access({ timeouts }).store("b").get("k")).toBeUndefined();
  });
});

test("a list of parts that does not go on is an error", async () => {
  const large = join(temporaryFolder(), "large");
  writeFileSync(large, Buffer.alloc(9 << 20, 7));
  const purpose = JSON.stringify([9 << 20, 8 << 20, undefined, []]);
  const states = {
    load: async () => ({ uploadId: "old", purpose }),
    save: async () => true,
    forget: async () => undefined,
  };
  const store = s3.access({ states }).store("b");
  let lists = 0;
  s3.server.intercept = (seen, response) => {
    if (seen.method !== "GET" || !seen.query.has("uploadId")) return false;
    lists += 1;
    response.end(
      "<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker></ListPartsResult>",
    );
    return true;
  };
  await expect(store.putFile(large, "k", 9 << 20)).rejects.toMatchObject({
    name: "MalformedResponse",
  });
  expect(lists).toBeLessThan(12);
});
