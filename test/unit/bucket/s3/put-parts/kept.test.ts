import { randomBytes } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../../bucket/part-size.ts";
import { UploadStateFolder } from "../../../../../bucket/s3/upload-states.ts";
import { s3Scene } from "../../../../support/s3-over.ts";
import { fail } from "../../../../support/s3-server.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const s3 = s3Scene();
const size = 2 * SINGLE_PUT_MAX + 5;

/** Uploads a file in parts, of which one and all after it are refused; what is kept of it then. */
async function refused(code: string, status: number, from: number, states = temporaryFolder()) {
  const path = join(temporaryFolder(), "large");
  writeFileSync(path, randomBytes(size));
  const store = s3.access({ states: new UploadStateFolder(states) }).store("b");
  const others = { left: from - 1, done: () => {} };
  const whenDone = new Promise<void>((resolve) => (others.done = resolve));
  if (others.left === 0) others.done();
  s3.server.intercept = async ({ query }, response) => {
    const number = Number(query.get("partNumber") ?? Number.NaN);
    if (!(number >= from)) {
      if (number > 0) response.once("finish", () => void (--others.left === 0 && others.done()));
      return false;
    }
    await whenDone;
    fail(response, status, code);
    return true;
  };
  await expect(store.putFile(path, "k", size)).rejects.toMatchObject({ name: code });
  s3.server.intercept = () => false;
  s3.server.seen.length = 0;
  const uploads = s3.server.uploads.size;
  await store.putFile(path, "k", size);
  const parts = s3.server.seen.filter(({ query }) => query.has("partNumber"));
  return { uploads, sentAgain: parts.length, left: readdirSync(states) };
}

describe.each([
  ["ExpiredToken", 400],
  ["InvalidToken", 400],
  ["RequestExpired", 403],
  ["InvalidAccessKeyId", 403],
  ["AccessDenied", 403],
])("an upload that %s ends in the middle", (code, status) => {
  test("is kept, and goes on with the parts that are missing", async () => {
    expect(await refused(code, status, 2)).toEqual({ uploads: 1, sentAgain: 2, left: [] });
  });

  test("is given up where nothing can be remembered: nobody would find it", async () => {
    const states = join(temporaryFolder(), "file");
    writeFileSync(states, "");
    const path = join(temporaryFolder(), "large");
    writeFileSync(path, randomBytes(size));
    const store = s3.access({ states: new UploadStateFolder(states) }).store("b");
    s3.server.intercept = ({ query }, response) =>
      query.get("partNumber") === "2" && (fail(response, status, code), true);
    await expect(store.putFile(path, "k", size)).rejects.toMatchObject({ name: code });
    expect(s3.server.uploads.size).toBe(0);
  });
});

test("one of which no part was taken is given up after a refusal", async () => {
  expect(await refused("AccessDenied", 403, 1)).toMatchObject({ uploads: 0, sentAgain: 3 });
});
