import { createHash, randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { VERBS } from "../../../../../cli/registry.ts";
import { work } from "../../../../../cli/verbs/fetch/fetch.ts";
import { symlinkBody, symlinkMetadata } from "../../../../../transfer/links/symlink.ts";
import { testContext } from "../../../../support/test-ui.ts";

/** `fetch JOB:PATH`, on a bucket in memory; `bytes` is what went to standard output. */
function printing(changes: Parameters<typeof testContext>[0] = {}) {
  const chunks: Buffer[] = [];
  const write = async (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes));
  const w = testContext({ write, ...changes });
  const print = (prefix: string, flags = {}) =>
    work.run({ jobs: async () => w.context } as never, { prefix: [prefix] }, flags);
  return { ...w, print, bytes: () => Buffer.concat(chunks) };
}

describe("JOB:PATH", () => {
  test("whatever the object's name and bytes are, they are all that is written", async () => {
    const path = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
      .filter((text) => !text.includes("\0"));
    await fc.assert(
      fc.asyncProperty(path, fc.uint8Array({ maxLength: 64 }), async (name, body) => {
        const { store, print, bytes, out, err, requests } = printing();
        await store.put(`a/${name}`, body);
        await print(`a:${name}`);
        expect([bytes(), out, err]).toEqual([Buffer.from(body), [], []]);
        expect(requests.slice(1)).toEqual([`get a/${name}`]);
      }),
      { numRuns: 200 },
    );
  });

  test.each(["./out/x", "out//x", ".//./out/.///x"])("%s is out/x", async (path) => {
    const { store, print, bytes } = printing();
    await store.put("a/out/x", "42");
    await print(`a:${path}`);
    expect(bytes().toString()).toBe("42");
    await expect(print(`a:${path}y`)).rejects.toThrow(/out\/xy.*out\/x/);
  });

  test("100 MB pass through a slow reader with a few pieces in memory", async () => {
    const body = Buffer.alloc(100 << 20, randomBytes(4093));
    const hash = createHash("sha256");
    let [length, asked, most] = [0, 0, 0];
    const { store, print } = printing({
      write: async (bytes) => {
        most = Math.max(most, asked - length);
        await new Promise<void>(setImmediate);
        hash.update(bytes);
        length += bytes.length;
      },
    });
    store.hold("a/big", body, { lastModified: new Date(), metadata: {}, versionId: undefined });
    const get = store.get.bind(store);
    store.get = (key, options) => {
      const { start = 0, end = body.length } = options?.range ?? {};
      asked += end - start;
      return get(key, options);
    };
    await print("a:big");
    expect(length).toBe(body.length);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(body).digest("hex"));
    expect(most).toBeLessThanOrEqual(9 << 20);
  });

  test("an object that is replaced meanwhile is no mixture of both", async () => {
    const { store, print, bytes } = printing();
    await store.put("a/x", Buffer.alloc(3 << 20, "1"));
    let gets = 0;
    store.before = async (operation) => {
      if (operation === "get" && ++gets === 2) await store.put("a/x", Buffer.alloc(3 << 20, "2"));
    };
    await expect(print("a:x")).rejects.toMatchObject({ code: "transfer" });
    expect(bytes().includes("2")).toBe(false);
  });

  test("what S3 says of a later piece is told", async () => {
    const { store, print } = printing();
    await store.put("a/x", Buffer.alloc(2 << 20));
    let gets = 0;
    store.before = (operation) => {
      if (operation === "get" && ++gets === 2) throw new S3Error("SlowDown", "later");
    };
    await expect(print("a:x")).rejects.toThrow("later");
  });
});

describe("a path that is not there", () => {
  test.each([
    ["out/reslut.csv", ["a:out/result.csv"]],
    ["OUT/result.csv", ["a:out/result.csv"]],
    ["result.csv", ["a:out/result.csv"]],
    ["deep", ["a:deep/1", "a:deep/2"]],
  ])("%j is answered in one line with what is like it", async (path, near) => {
    const { store, print, out } = printing();
    for (const one of ["out/result.csv", "deep/1", "deep/2", "other"])
      await store.put(`a/${one}`, "");
    const names = near.map((name) => JSON.stringify(name)).join(", ");
    await expect(print(`a:${path}`)).rejects.toMatchObject({
      code: "usage",
      message: `${JSON.stringify(`a:${path}`)}: there is no such file; there is ${names}`,
    });
    expect(out).toEqual([]);
  });

  test("that is like nothing is answered with how to look", async () => {
    const { store, print } = printing();
    await store.put("a/x", "");
    await expect(print("a:quite-another")).rejects.toThrow("cloud-submit fetch a --list");
    await expect(print("a:")).rejects.toMatchObject({ code: "usage" });
  });

  test("of a job that is not there is named as that", async () => {
    await expect(printing().print("a:x")).rejects.toMatchObject({ code: "no-such-job" });
  });

  test("is found out by listing, for those whom S3 does not tell", async () => {
    const { store, print } = printing();
    await store.put("a/x", "");
    store.before = (operation) => {
      if (operation === "get") throw new S3Error("AccessDenied", "no");
    };
    await expect(print("a:y")).rejects.toThrow('there is "a:x"');
    await expect(print("a:x")).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("a symbolic link", () => {
  const link = async (store: ReturnType<typeof printing>["store"], path: string, target: string) =>
    store.put(path, symlinkBody(target), { metadata: symlinkMetadata(target) });

  test("is followed within the job", async () => {
    const { store, print, bytes } = printing();
    await store.put("a/out/1/result", "42");
    await link(store, "a/out/latest", "1/result");
    await print("a:out/latest");
    expect(bytes().toString()).toBe("42");
  });

  test.each(["../../b/secret", "/etc/passwd", "latest", ""])("to %j is refused", async (target) => {
    const { store, print, bytes } = printing();
    await store.put("b/secret", "x");
    await link(store, "a/out/latest", target);
    await expect(print("a:out/latest")).rejects.toMatchObject({ code: "transfer" });
    expect(bytes()).toHaveLength(0);
  });
});

test.each([
  { to: "x" },
  { include: ["x"] },
  { list: true },
  { resultsOnly: true },
  { delete: true },
])("%j does not go with it", async (flags) => {
  const { print, requests } = printing();
  await expect(print("a:x", flags)).rejects.toMatchObject({ code: "usage" });
  expect(requests).toEqual([]);
});

test("nor does --json", async () => {
  await expect(printing({ json: true }).print("a:x")).rejects.toThrow("--json");
});

test.each([
  ["no job!:x", "bad-prefix"],
  ["s3://bucket/job1/", "bad-prefix"],
  [":x", "bad-prefix"],
])("%j names no job", async (prefix, code) => {
  const verb = VERBS.find(({ name }) => name === "fetch")!;
  await expect(verb.call({} as never, { prefix }, {})).rejects.toMatchObject({ code });
});
