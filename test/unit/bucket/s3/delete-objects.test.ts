import { expect, test } from "@jest/globals";
import { s3Scene } from "../../../support/s3-over.ts";
import { fail } from "../../../support/s3-server.ts";

const s3 = s3Scene();
const numbered = (count: number) => Array.from({ length: count }, (_, at) => `k${at}`);

test("2,500 objects are removed by three requests", async () => {
  const keys = numbered(2500);
  for (const key of keys) s3.server.put(key, Buffer.from("x"));
  expect(await s3.store.deleteMany(keys)).toEqual([]);
  expect(s3.server.objects.size).toBe(0);
  expect(s3.server.seen.map(({ method }) => method)).toEqual(["POST", "POST", "POST"]);
});

test("what S3 refuses to remove is told, and the others are gone", async () => {
  for (const key of ["a", "b&c", "d"]) s3.server.put(key, Buffer.from("x"));
  s3.server.undeletable.add("b&c");
  const refused = await s3.store.deleteMany(["a", "b&c", "d"]);
  expect(refused).toEqual([{ key: "b&c", code: "AccessDenied", message: "Access Denied" }]);
  expect([...s3.server.objects.keys()]).toEqual(["b&c"]);
});

test("a request that breaks off is sent again", async () => {
  s3.server.put("a", Buffer.from("x"));
  let requests = 0;
  s3.server.intercept = (_seen, response) => {
    requests += 1;
    if (requests > 1) return;
    fail(response, 503, "SlowDown");
    return true;
  };
  expect(await s3.store.deleteMany(["a"])).toEqual([]);
  expect(requests).toBe(2);
});

test.each(["<html>sign in</html>", "", "<Error><Code>InternalError</Code></Error>"])(
  "an answer that is not S3's, %j, removes nothing and is an error",
  async (text) => {
    s3.server.intercept = (_seen, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end(text);
      return true;
    };
    await expect(s3.store.deleteMany(["a"])).rejects.toThrow();
  },
);
