import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
import { Crc64Nvme } from "../../../../../bucket/crc64nvme.ts";
import type { ObjectStore } from "../../../../../bucket/object-store.ts";
import { s3Over } from "../../../../support/s3-over.ts";
import { S3Server } from "../../../../support/s3-server.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const RANGE = 8 << 20;
const size = RANGE + 7;
const body = randomBytes(size);
const KMS = { "x-amz-server-side-encryption": "aws:kms" };

let server: S3Server;
let store: ObjectStore;
let path: string;
let url: string;

beforeEach(async () => {
  server = new S3Server();
  server.checksums = false;
  url = await server.start();
  store = s3Over(url, { attempts: 5 }).store("b");
  path = join(temporaryFolder(), "part");
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.stop();
});

const hash = (name: string, bytes: Uint8Array) => createHash(name).update(bytes);
const crc64 = () => {
  const crc = new Crc64Nvme();
  crc.update(body);
  return crc.digest().toString("base64");
};
const ofParts = () => {
  const parts = [body.subarray(0, RANGE), body.subarray(RANGE)].map((part) =>
    hash("md5", part).digest(),
  );
  return `${hash("md5", Buffer.concat(parts)).digest("hex")}-2`;
};

const ANY = "e".repeat(32);
const COMPARABLE = [
  ["CRC64NVME", ANY, { ...KMS, "x-amz-checksum-crc64nvme": crc64() }, "checksum"],
  ["SHA-1", `${ANY}-9`, { "x-amz-checksum-sha1": hash("sha1", body).digest("base64") }, "checksum"],
  [
    "SHA-256",
    `${ANY}-2`,
    { "x-amz-checksum-sha256": hash("sha256", body).digest("base64") },
    "checksum",
  ],
  ["MD5", hash("md5", body).digest("hex"), {}, "md5"],
  ["MD5 of parts", ofParts(), {}, "md5"],
] as const;
const OPAQUE = [
  ["a key of KMS", ANY, KMS],
  ["parts of another size", `${ANY}-9`, {}],
  ["an ETag of its own", "opaque", {}],
] as const;

const rangesAsked = () =>
  server.seen
    .filter(({ method }) => method === "GET")
    .map(({ headers }) => Number(/\d+/.exec(String(headers.range))) / RANGE);

/** Fetches the first range; then the download is given up. */
async function begin(etag: string, headers: Record<string, string>): Promise<void> {
  server.put("k", body, headers).etag = etag;
  server.intercept = (seen, response) =>
    seen.method === "GET" && !/=0-/.test(seen.headers.range ?? "") && (response.destroy(), true);
  await expect(store.getFile("k", path, { size })).rejects.toMatchObject({ name: "NetworkError" });
  server.intercept = () => false;
  server.seen.length = 0;
}

async function goOn() {
  const fetched = await store.getFile("k", path, { size });
  expect(readFileSync(path).equals(body)).toBe(true);
  return fetched?.verified;
}

/** As after a crash of the machine: the line is on the disk, the bytes are not. */
function crash(change: (line: string) => string = (line) => line) {
  const line = readFileSync(path).toString("latin1", size);
  writeFileSync(path, Buffer.concat([Buffer.alloc(size), Buffer.from(change(line), "latin1")]));
}

/** The calls of files from here on. */
async function spied(): Promise<string[]> {
  const calls: string[] = [];
  const file = await open(import.meta.filename);
  const all = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  for (const name of ["datasync", "write"] as const) {
    const real = all[name];
    jest.spyOn(all, name).mockImplementation(function (this: FileHandle, ...args: unknown[]) {
      calls.push(name);
      return (real as (...all: unknown[]) => Promise<never>).apply(this, args);
    });
  }
  return calls;
}

describe.each(COMPARABLE)("an object with %s", (_, etag, headers, verified) => {
  test("is continued, and compared with it", async () => {
    const calls = await spied();
    await begin(etag, headers);
    expect(await goOn()).toBe(verified);
    expect(rangesAsked()).toEqual([1]);
    expect(calls).not.toContain("datasync");
  });

  test("is fetched anew when what was there is not", async () => {
    await begin(etag, headers);
    crash();
    await goOn();
    expect(rangesAsked().toSorted((a, b) => a - b)).toEqual([0, 1, 1]);
  });
});

test.each(COMPARABLE.filter(([name]) => name !== "MD5 of parts"))(
  "what comes at once is compared with %s, too, small or large",
  async (_, etag, headers, verified) => {
    for (const key of ["large", "small"]) {
      const isLarge = key === "large";
      const ofOther = { ...headers } as Record<string, string>;
      const bytes = isLarge ? body : body.subarray(0, 9);
      // A small one has sums of its own.
      if (!isLarge && verified === "checksum")
        for (const name of Object.keys(ofOther))
          if (name.startsWith("x-amz-checksum")) ofOther[name] = "bm90IGl0cyBvd24=";
      const damaged = Buffer.from(bytes);
      damaged[4] = (damaged[4] as number) ^ 1;
      server.put(key, damaged, ofOther).etag = etag;
      const fetching = store.getFile(key, path, { size: bytes.length });
      await expect(fetching).rejects.toMatchObject({ reason: { code: "object-damaged" } });
    }
    server.put("k", body, headers).etag = etag;
    await expect(store.getFile("k", path, { size })).resolves.toMatchObject({ verified });
  },
);

test("parts of another size, but as many, are no reason to keep what may not be there", async () => {
  await begin(`${ANY}-2`, {});
  crash();
  expect(await goOn()).toBe("size");
  expect(rangesAsked()).toHaveLength(3);
});

describe.each(OPAQUE)(
  "an object that nothing can be compared with, with %s,",
  (_, etag, headers) => {
    test("has its bytes on the disk before they are noted, and is continued", async () => {
      const calls = await spied();
      await begin(etag, headers);
      expect(await goOn()).toBe("size");
      expect(rangesAsked()).toEqual([1]);
      const lines = calls.filter((name) => name === "write").length;
      expect(lines).toBeGreaterThan(0);
      expect(calls).toEqual(Array.from({ length: lines }, () => ["datasync", "write"]).flat());
    });

    test("is not continued from a line that may be ahead of the bytes", async () => {
      await begin(etag, headers);
      crash((line) => line.replace("partial file 4", "partial file 3"));
      expect(await goOn()).toBe("size");
      expect(rangesAsked().toSorted((a, b) => a - b)).toEqual([0, 1]);
    });
  },
);

describe.each([
  ["MD5", hash("md5", body).digest("hex"), {}],
  ["a key of KMS", ANY, KMS],
] as const)("of a range that breaks off, with %s,", (_, etag, headers) => {
  test("no more than a step of 1 MiB comes again, as often as it breaks off", async () => {
    // Each step is written down at once.
    let ms = 0;
    jest.spyOn(performance, "now").mockImplementation(() => (ms += 2000));
    const giveUp = s3Over(url, { attempts: 1 }).store("b");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: RANGE }), { minLength: 1, maxLength: 3 }),
        async (cuts) => {
          rmSync(path, { force: true });
          server.put("k", body, headers).etag = etag;
          let [sent, at] = [0, 0];
          for (const cut of [...cuts, RANGE]) {
            server.intercept = (seen, response) => {
              const [first, last] = (/(\d+)-(\d+)/.exec(seen.headers.range ?? "") ?? [])
                .slice(1)
                .map(Number);
              if (seen.method !== "GET" || first === undefined || first >= RANGE) return false;
              at = first;
              const bytes = body.subarray(first, Math.min(first + cut, (last ?? 0) + 1));
              sent += bytes.length;
              response.writeHead(206, {
                etag: `"${etag}"`,
                "content-range": `bytes ${first}-${last}/${size}`,
                "content-length": (last ?? 0) + 1 - first,
                ...headers,
              });
              if (bytes.length === (last ?? 0) + 1 - first) response.end(bytes);
              else response.write(bytes, () => response.destroy());
              return true;
            };
            const fetched = await giveUp.getFile("k", path, { size }).catch(() => undefined);
            if (fetched) break;
            // The line after the last byte is there.
            expect(statSync(path).size).toBeGreaterThanOrEqual(size);
          }
          expect(readFileSync(path).equals(body)).toBe(true);
          expect(at % (1 << 20)).toBe(0);
          expect(sent).toBeLessThanOrEqual(RANGE + cuts.length * (1 << 20));
        },
      ),
      { numRuns: 10 },
    );
  }, 60_000);
});
