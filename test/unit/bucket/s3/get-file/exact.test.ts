import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../../bucket/part-size.ts";
import { s3Scene } from "../../../../support/s3-over.ts";
import { fail } from "../../../../support/s3-server.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const s3 = s3Scene();
const KEY = "job1/data";

/** An object that was written and then replaced, and where to fetch it to. */
function scene(size: number) {
  s3.server.keepsVersions = true;
  const body = randomBytes(size);
  const { etag, headers } = s3.server.put(KEY, body);
  const versionId = headers["x-amz-version-id"];
  const path = join(temporaryFolder(), "part");
  const fetch = (exact: { versionId: string | undefined }) =>
    s3.store.getFile(KEY, path, { size, etag, exact });
  const replace = () => void s3.server.put(KEY, randomBytes(size + 1));
  return { body, etag, versionId, path, fetch, replace };
}

describe.each([
  ["a small file", 100],
  ["a large file", SINGLE_PUT_MAX + 9],
])("%s exactly", (_what, size) => {
  test("costs no request more than any other while it is there", async () => {
    const { body, path, versionId, fetch } = scene(size);
    await s3.store.getFile(KEY, path, { size });
    const plain = s3.server.seen.length;
    await fetch({ versionId });
    expect(s3.server.seen).toHaveLength(2 * plain);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  test("comes in its version once it was replaced; no byte of the new one", async () => {
    const { body, path, etag, versionId, fetch, replace } = scene(size);
    replace();
    expect(await fetch({ versionId })).toMatchObject({ etag, size });
    expect(readFileSync(path).equals(body)).toBe(true);
    const versions = s3.server.seen.map(({ query }) => query.get("versionId"));
    expect(versions[0]).toBeNull();
    for (const version of versions.slice(1)) expect(version).toBe(versionId);
  });

  test("is replaced between two requests for it", async () => {
    const { body, path, versionId, fetch, replace } = scene(size);
    let requests = 0;
    s3.server.intercept = () => {
      if (++requests === 2) replace();
    };
    expect(await fetch({ versionId })).toBeDefined();
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  test("is not there without a version, or with a wrong one", async () => {
    const { fetch, replace } = scene(size);
    replace();
    expect(await fetch({ versionId: undefined })).toBeUndefined();
    // One of the right form, and one that S3 refuses as none.
    expect(await fetch({ versionId: "v99" })).toBeUndefined();
    expect(await fetch({ versionId: "../?a=b&c" })).toBeUndefined();
    s3.server.objects.clear();
    expect(await fetch({ versionId: undefined })).toBeUndefined();
  });

  test("is not there when versions may not be read", async () => {
    const { versionId, fetch, replace } = scene(size);
    replace();
    s3.server.intercept = ({ query }, response) =>
      query.has("versionId") && (fail(response, 403, "AccessDenied"), true);
    expect(await fetch({ versionId })).toBeUndefined();
  });

  test("without the metadata leaves no byte on the disk, and is read no further", async () => {
    const { path, etag, versionId } = scene(size);
    const holds = { name: "color", value: "blue" };
    const options = { size, etag, exact: { versionId, holds } };
    expect(await s3.store.getFile(KEY, path, options)).toBeUndefined();
    expect(existsSync(path) ? readFileSync(path) : Buffer.alloc(0)).toHaveLength(0);
    // As the object is now, and as its version; each once.
    expect(s3.server.seen).toHaveLength(2);
  });

  test.each([
    [403, "AccessDenied"],
    [404, "NoSuchBucket"],
  ])("what is refused otherwise is thrown: %i %s", async (status, name) => {
    const { versionId, fetch } = scene(size);
    s3.server.intercept = ({ method }, response) =>
      // A HEAD has no name in it.
      method === "GET" && (fail(response, status, name), true);
    await expect(fetch({ versionId })).rejects.toMatchObject({ name });
  });
});

test("the version of what was written is told, in parts too; `null` is none", async () => {
  const path = join(temporaryFolder(), "file");
  const versions: string[] = [];
  const options = { onVersion: (id: string) => void versions.push(id) };
  s3.server.keepsVersions = true;
  await s3.store.put("a", "1", options);
  writeFileSync(path, Buffer.alloc(SINGLE_PUT_MAX + 1));
  await s3.store.putFile(path, "b", SINGLE_PUT_MAX + 1, options);
  expect(versions).toEqual(["v1", "v2"]);
  s3.server.keepsVersions = false;
  s3.server.intercept = ({ method }, response) => {
    if (method === "PUT") response.setHeader("x-amz-version-id", "null");
  };
  await s3.store.put("c", "1", options);
  expect(versions).toHaveLength(2);
});
