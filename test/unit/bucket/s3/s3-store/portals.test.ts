import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { isInterruption } from "../../../../../bucket/s3/retry.ts";
import { collect } from "../../../../support/collect.ts";
import { RawServer } from "../../../../support/raw-server.ts";
import { s3Over, s3Scene } from "../../../../support/s3-over.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head></html>";
const html = { "content-type": "text/html; charset=utf-8" };
const MiB = 1 << 20;

const s3 = s3Scene();
let portal: RawServer | undefined;
afterEach(async () => {
  await portal?.stop();
  portal = undefined;
});

/** Everything that a store does, by name. */
const DEEDS: Record<string, (store: typeof s3.store) => Promise<unknown>> = {
  get: (store) => store.get("k"),
  "get what was listed": (store) => store.get("k", { ifMatch: "e" }),
  "get a range": (store) => store.get("k", { range: { start: 3 } }),
  "fetch a file": (store) =>
    store.getFile("k", join(temporaryFolder(), "f"), { size: 63, etag: "e" }),
  "fetch a large file": (store) =>
    store.getFile("k", join(temporaryFolder(), "f"), { size: 20 * MiB, etag: "e" }),
  put: (store) => store.put("k", "x"),
  "put where nothing is": (store) => store.put("k", "x", { ifAbsent: true }),
  "put in place of": (store) => store.put("k", "x", { ifMatch: "e" }),
  "put a large file": (store) => {
    const path = join(temporaryFolder(), "large");
    writeFileSync(path, Buffer.alloc(9 * MiB));
    return store.putFile(path, "k", 9 * MiB);
  },
  delete: (store) => store.delete("k"),
  list: (store) => collect(store.list("p/")),
};

/** Answers as something on the way gives them, of which none is S3's. */
const ANSWERS: Record<string, [number, Record<string, string>, string]> = {
  "a redirection to a page": [302, { location: "http://portal.example/login" }, ""],
  "one with 307": [307, { location: "https://portal.example/" }, "Moved"],
  "one with 301 and a page": [301, { location: "/login", ...html }, PAGE],
  "a page with 200": [200, html, PAGE],
  "a page that is not said to be one": [200, {}, PAGE],
  "a word without a type": [200, {}, "ok"],
  "a refusal by a page": [403, html, PAGE],
  "a page for 404": [404, html, PAGE],
  "a page for 412": [412, html, PAGE],
  "the page of 511": [511, html, PAGE],
  "511 without one": [511, {}, ""],
};

const UNTYPED = new Set(["a page that is not said to be one", "a word without a type"]);

describe.each(Object.keys(ANSWERS))("%s", (answer) => {
  // Without a type it is taken for what S3 does not send either.
  const deeds = Object.keys(DEEDS).filter((deed) => !UNTYPED.has(answer) || deed !== "delete");
  test.each(deeds)("to `%s` is named, at once", async (deed) => {
    const [status, headers, body] = ANSWERS[answer]!;
    let asked = 0;
    s3.server.intercept = (_, response) => {
      asked += 1;
      response.writeHead(status, { server: "portal/1\u00a0x", ...headers }).end(body);
      return true;
    };
    const error = await DEEDS[deed]!(s3.store).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: "NotFromS3", $metadata: {} });
    const { message } = error as Error;
    expect(message).toContain(`status ${status}`);
    expect(message).toContain('server "portal/1');
    if (headers.location) expect(message).toContain(`location "${headers.location}"`);
    expect(isInterruption(error)).toBe(true);
    expect(asked).toBeLessThanOrEqual(2);
  });
});

test("a page in place of an object is none, though it has an ETag, where objects had request ids", async () => {
  s3.server.put("k", Buffer.from("content"), html);
  const { store } = s3;
  expect(await store.get("k")).toBeDefined();
  s3.server.intercept = (_, response) => {
    response.writeHead(200, { ...html, etag: '"5e2"' }).end(PAGE);
    return true;
  };
  for (const deed of ["get", "fetch a file", "fetch a large file", "put", "list", "delete"])
    await expect(DEEDS[deed]!(store)).rejects.toMatchObject({ name: "NotFromS3" });
});

test("a server without request ids works, with objects that are pages, too", async () => {
  const said = (status: string, ...lines: string[]) =>
    `HTTP/1.1 ${status}\r\n${lines.join("\r\n")}`;
  portal = await RawServer.answering((request) => {
    if (request.startsWith("PUT")) return said("200 OK", 'ETag: "e"', "Content-Length: 0", "", "");
    if (request.startsWith("DELETE")) return said("204 No Content", "", "");
    if (request.includes("/gone")) return said("404 Not Found", "Content-Length: 0", "", "");
    return said("200 OK", 'ETag: "e"', "Content-Type: text/html", "Content-Length: 4", "", "page");
  });
  const store = s3Over(portal.origin).store("b");
  expect(await store.put("k", "x")).toBe("e");
  expect(await store.get("k")).toMatchObject({ size: 4 });
  expect(await store.get("gone")).toBeUndefined();
  await store.delete("k");
});

test("whatever it says, it is said in one line without a terminal's commands, and is short", async () => {
  const wild = fc.string({
    unit: fc.constantFrom("a", "\u001b[31m", "\u0085", "<", "é", "\t", "\u009b2J"),
    maxLength: 900,
  });
  await fc.assert(
    fc.asyncProperty(wild, wild, wild, async (server, location, title) => {
      portal = await RawServer.answering(
        () =>
          `HTTP/1.1 302 Found\r\nServer: ${server}\r\nLocation: ${location}\r\nContent-Length: ${title.length + 15}\r\n\r\n<title>${title}</title>`,
      );
      const error = await s3Over(portal.origin)
        .store("b")
        .get("k")
        .catch((thrown: unknown) => thrown);
      await portal.stop();
      portal = undefined;
      expect(error).toMatchObject({ name: "NotFromS3" });
      const { message } = error as Error;
      expect(message).not.toMatch(/\p{C}/u);
      expect(message.length).toBeLessThan(900);
    }),
    { numRuns: 60 },
  );
});
