import { execFileSync } from "node:child_process";
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { SINGLE_PUT_MAX } from "../../../../bucket/part-size.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { CloudSubmitError } from "../../../../protocol/error.ts";
import { downloadFolder } from "../../../../transfer/download.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { fail } from "../../../support/s3-server.ts";
import { storeWith } from "../../../support/store-with.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const filesOf = (root: string) =>
  execFileSync("find", [root, "-mindepth", "1", "-printf", "%P\n"])
    .toString()
    .trim()
    .split("\n")
    .filter(Boolean)
    .toSorted();

/** The last bytes of a file. */
function endOf(path: string, bytes: number): string {
  const file = openSync(path, "r");
  try {
    const end = Buffer.alloc(bytes);
    readSync(file, end, 0, bytes, Math.max(0, fstatSync(file).size - bytes));
    return end.toString();
  } finally {
    closeSync(file);
  }
}

const s3 = s3Scene();

describe("an interrupted download", () => {
  test("goes on where it was, in the ranges that are missing", async () => {
    const body = Buffer.alloc(4 * SINGLE_PUT_MAX + 7, "content ");
    s3.server.put("job/large", body);
    const last = `bytes=${4 * SINGLE_PUT_MAX}-`;
    const root = temporaryFolder();
    s3.server.intercept = async ({ method, headers }, response) => {
      if (method !== "GET" || !headers.range?.startsWith(last)) return false;
      // The other ranges are there, and noted in the file, before this one fails.
      const parts = join(root, ".cloud-submit-parts");
      const name = readdirSync(parts).find((name) => name !== "lock") ?? "";
      const isNoted = () => endOf(join(parts, name), 5) === "88880" || undefined;
      await waitUntil("the other ranges are noted", isNoted, { deadline: 30_000 });
      fail(response, 403, "AccessDenied");
      return true;
    };
    await expect(downloadFolder(s3.store, "job", root)).rejects.toThrow();
    expect(readdirSync(root)).toEqual([".cloud-submit-parts"]);
    s3.server.intercept = () => false;
    s3.server.seen.length = 0;
    const summary = await downloadFolder(s3.store, "job", root);
    expect(summary.files).toBe(1);
    expect(readFileSync(join(root, "large")).equals(body)).toBe(true);
    expect(readdirSync(root)).toEqual(["large"]);
    const ranges = s3.server.seen.flatMap(({ headers }) => headers.range ?? []);
    expect(ranges).toEqual([expect.stringContaining(last)]);
  }, 60_000);

  test("leaves the old file; what was begun of a version that is no more goes in time", async () => {
    const store = await storeWith("a");
    const root = temporaryFolder();
    writeFileSync(join(root, "a"), "old");
    const getFile = store.getFile.bind(store);
    store.getFile = async (_key, path) => {
      writeFileSync(path, "begun");
      throw new CloudSubmitError("aws", "connection lost");
    };
    await expect(downloadFolder(store, "job", root)).rejects.toThrow("connection lost");
    expect(readFileSync(join(root, "a"), "utf8")).toBe("old");
    store.getFile = getFile;
    await store.put("job/a", "another version");
    await downloadFolder(store, "job", root);
    expect(readdirSync(root).toSorted()).toEqual([".cloud-submit-parts", "a"]);
    await downloadFolder(store, "job", root, { now: () => Date.now() + 2 * 3_600_000 });
    expect(readdirSync(root)).toEqual(["a"]);
  });

  test("that goes on elsewhere is left alone: each has its own unfinished files", async () => {
    const store = await storeWith("a", "b");
    const root = temporaryFolder();
    const paths: string[] = [];
    const getFile = store.getFile.bind(store);
    let second: Promise<unknown> | undefined;
    let allBegun = () => undefined as void;
    const begun = new Promise<void>((resolve) => {
      allBegun = resolve;
    });
    store.getFile = async (key, path, options) => {
      paths.push(path);
      second ??= downloadFolder(store, "job", root);
      // None ends before both have begun with both files.
      if (paths.length === 4) allBegun();
      await begun;
      return getFile(key, path, options);
    };
    await downloadFolder(store, "job", root);
    await second;
    expect(new Set(paths).size).toBe(paths.length);
    expect(filesOf(root)).toEqual(["a", "b"]);
  });

  test("of a process that died is taken over", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, ".cloud-submit-parts"));
    // This process has its number, as the next one in a container has, and no lock.
    const { hostname } = await import("node:os");
    writeFileSync(join(root, ".cloud-submit-parts/lock"), `${process.pid} ${hostname()}`);
    await downloadFolder(await storeWith("a"), "job", root);
    expect(readdirSync(root)).toEqual(["a"]);
  });
});
