import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { collect } from "../../../support/collect.ts";
import { type ListedPage, listedPage } from "../../../support/listed-page.ts";
import { s3Scene } from "../../../support/s3-over.ts";

const s3 = s3Scene();
const unsound = { name: "UnsoundListing" };

/** Answers with one page after the other, and with the last one for ever. */
function answerWith(pages: readonly (ListedPage | string)[]): void {
  let next = 0;
  s3.server.intercept = (_, response) => {
    const page = pages[Math.min(next++, pages.length - 1)] ?? "";
    response.end(typeof page === "string" ? page : listedPage(page));
    return true;
  };
}

const many = (count: number) => Array.from({ length: count }, (_, n) => `p/${100_000 + n}`);

test.each<[string, (ListedPage | string)[], object, number]>([
  ["that is cut without a token", [{ truncated: true }], unsound, 1],
  [
    "whose second page is cut without a token",
    [
      { keys: ["p/a"], token: "1" },
      { keys: ["p/b"], truncated: true },
    ],
    unsound,
    2,
  ],
  ["that may be cut, and has no token", [{ truncated: "perhaps" }], unsound, 1],
  ["with the same token for ever", [{ keys: ["p/a"], token: "1" }], unsound, 2],
  ["with empty pages and the same token", [{ token: "1" }], unsound, 2],
  [
    "that gives a page again under another token",
    [
      { keys: ["p/a", "p/b"], token: "1" },
      { keys: ["p/a", "p/b"], token: "2" },
    ],
    unsound,
    2,
  ],
  ["that goes back", [{ keys: ["p/b"], token: "1" }, { keys: ["p/a"] }], unsound, 2],
  ["of another prefix", [{ keys: ["q/a"] }], unsound, 1],
  ["with an empty key", [{ keys: [""] }], unsound, 1],
  ["with a key that is no text", [{ keys: ["p/&#xD800;"], encoded: false }], unsound, 1],
  [
    "whose key is encoded wrongly",
    [
      "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%zz</Key></Contents></ListBucketResult>",
    ],
    { name: "MalformedResponse" },
    5,
  ],
  ["with a size below nothing", [{ keys: ["p/a"], size: "-1" }], unsound, 1],
  ["with a size that is no number", [{ keys: ["p/a"], size: "1e3" }], unsound, 1],
  ["with an endless page", [{ keys: many(10_001) }], unsound, 1],
  ["with 60,000 common prefixes", [{ folded: many(60_000) }], unsound, 1],
  ["with common prefixes that nobody asked for", [{ folded: ["p/a/"] }], unsound, 1],
  [
    "in which common prefixes do not end",
    [`<ListBucketResult>${"<CommonPrefixes>".repeat(200_000)}</ListBucketResult>`],
    { name: "MalformedResponse" },
    5,
  ],
  [
    "of documents in a document",
    [`${"<!doctype a>".repeat(300_000)}</ListBucketResult>`],
    { name: "MalformedResponse" },
    5,
  ],
  [
    "that is a page of a proxy",
    ["<!DOCTYPE html><html><body>Sign in</body></html>"],
    { name: "NotFromS3" },
    1,
  ],
  [
    "that is a page of a proxy about XML",
    ["<html>&lt;/ListBucketResult></ListBucketResult></html>"],
    { name: "NotFromS3" },
    1,
  ],
  [
    "larger than any page",
    [`<ListBucketResult>${" ".repeat(9 << 20)}</ListBucketResult>`],
    { name: "ResponseTooLarge" },
    1,
  ],
])("a listing %s is an error, after so many requests", async (_, pages, error, requests) => {
  answerWith(pages);
  await expect(collect(s3.store.list("p/"))).rejects.toMatchObject(error);
  // The next page is asked for while one is used.
  expect(s3.server.seen.length).toBeLessThanOrEqual(requests + 1);
});

test.each([
  ["empty", (n: number) => ({ token: `t${n}` })],
  ["in a ring", (n: number) => ({ token: `t${n % 3}` })],
])("pages that are %s come to an end", async (_, pageAt) => {
  let asked = 0;
  s3.server.intercept = (_seen, response) => (response.end(listedPage(pageAt(asked++))), true);
  await expect(collect(s3.store.list("p/"))).rejects.toMatchObject(unsound);
  expect(asked).toBeLessThan(1100);
});

test("common prefixes that do not end with the delimiter, or are the prefix itself, are an error", async () => {
  for (const name of ["p/", "p/a", "q/a/"]) {
    answerWith([{ folded: [name] }]);
    const listed = collect(s3.store.list("p/", { delimiter: "/" }));
    await expect(listed).rejects.toMatchObject(unsound);
  }
});

describe("what a server that is merely another one lists stays what it is", () => {
  test("pages without a key, keys and common prefixes mixed, an order as of JavaScript", async () => {
    answerWith([
      { token: "1" },
      { keys: ["p/b", "p/\u{1f600}"], folded: ["p/a/"], token: "2" },
      { keys: ["p/\uffee"] },
    ]);
    expect(await collect(s3.store.list("p/", { delimiter: "/" }))).toMatchObject([
      { key: "p/b" },
      { key: "p/\u{1f600}" },
      { commonPrefix: "p/a/" },
      { key: "p/\uffee" },
    ]);
  });

  test("one that does not say whether there is more, and gives no token", async () => {
    answerWith([{ keys: ["p/a"], truncated: undefined }]);
    expect(await collect(s3.store.list("p/"))).toMatchObject([{ key: "p/a" }]);
  });
});

test("whatever a server answers, a listing that ends has only what was asked for, forward from page to page", async () => {
  const key = fc.constantFrom("p/a", "p/b", "p/c/", "p/\u{1f600}", "p/\uffee", "p/", "q/a", "");
  const page = fc.record({
    keys: fc.array(key, { maxLength: 3 }),
    folded: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, fc.constant(["p/d/"])),
    token: fc.constantFrom(undefined, "1", "2", "3", ""),
    truncated: fc.constantFrom(undefined, true, true, false, "x"),
    size: fc.oneof({ weight: 9, arbitrary: fc.constant("7") }, fc.constantFrom("-1", "")),
  });
  let ended = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(page, { minLength: 4, maxLength: 4 }), async (pages) => {
      const used: number[] = [];
      s3.server.seen.length = 0;
      s3.server.intercept = (seen, response) => {
        const at = Number(seen.query.get("continuation-token") ?? 0);
        if (used.at(-1) !== at) used.push(at);
        response.end(listedPage(pages[at]!));
        return true;
      };
      const listed = await collect(s3.store.list("p/")).catch((error: Error) => error.name);
      expect(s3.server.seen.length).toBeLessThan(1100);
      if (typeof listed === "string") {
        expect(["UnsoundListing", "MalformedResponse"]).toContain(listed);
        return;
      }
      ended += 1;
      const told = used.map((at) => pages[at]!);
      expect(listed.map((entry) => entry.key)).toEqual(once(told.map(({ keys }) => keys)));
      for (const entry of listed)
        expect([entry.key.startsWith("p/"), entry.size]).toEqual([true, 7]);
      // The last page is one after which there is none; each before it names the next.
      expect(["x", true]).not.toContain(told.at(-1)?.truncated);
      for (const { token, truncated } of told.slice(0, -1)) {
        expect(truncated).not.toBe(false);
        expect(token).toBeTruthy();
      }
      const lasts = told.flatMap(({ keys }) => keys.slice(-1));
      expect(new Set(lasts).size).toBe(lasts.length);
    }),
    { numRuns: 300 },
  );
  expect(ended).toBeGreaterThan(30);
}, 60_000);

/** Keys of pages without those that come again, on a page or right behind it. */
function once(pages: readonly string[][]): string[] {
  return pages.flatMap((keys, at) => {
    const last = pages.slice(0, at).flat().at(-1);
    return [...new Set(keys)].filter((key) => key !== last);
  });
}
