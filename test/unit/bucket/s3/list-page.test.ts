import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseListPage } from "../../../../bucket/s3/list-page.ts";
import { escapeText } from "../../../../bucket/s3/xml.ts";

interface Entry {
  key: string;
  size: number;
}

function pageOf(entries: readonly Entry[], folded: readonly string[], more: boolean): string {
  const contents = entries.map(
    ({ key, size }) =>
      `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>2026-11-24T10:00:00.000Z</LastModified>` +
      `<ETag>&quot;0123&#34;</ETag><Size>${size}</Size><Owner><ID>o</ID></Owner></Contents>`,
  );
  const prefixes = folded.map(
    (prefix) => `<CommonPrefixes><Prefix>${encodeURIComponent(prefix)}</Prefix></CommonPrefixes>`,
  );
  const token = more ? `<NextContinuationToken>${escapeText("a<&>b")}</NextContinuationToken>` : "";
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<Name>b</Name><Prefix>p</Prefix><EncodingType>url</EncodingType><IsTruncated>${more}</IsTruncated>${token}` +
    `${contents.join("")}${prefixes.join("")}</ListBucketResult>`
  );
}

test("a comment more, which sends a page to the parser, changes nothing", () => {
  const entry = fc.record({ key: fc.string({ unit: "grapheme", minLength: 1 }), size: fc.nat() });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 5 }),
      fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 3 }),
      fc.boolean(),
      (entries, folded, more) => {
        const text = pageOf(entries, folded, more);
        const page = parseListPage(text);
        expect(page).toEqual(parseListPage(text.replace("<Name>", "<!-- c --><Name>")));
        expect(page.objects.map(({ key, size }) => ({ key, size }))).toEqual(entries);
        expect(page.commonPrefixes).toEqual(folded.map((commonPrefix) => ({ commonPrefix })));
        expect(page.next).toBe(more ? "a<&>b" : undefined);
      },
    ),
  );
});

test("an entry's ETag comes without quotes, and its time as a date", () => {
  const [object] = parseListPage(pageOf([{ key: "a b+c", size: 7 }], [], false)).objects;
  expect(object).toEqual({
    key: "a b+c",
    size: 7,
    etag: "0123",
    lastModified: new Date("2026-11-24T10:00:00Z"),
  });
});

describe("what is not written as S3 writes it is left to the parser", () => {
  const key = (text: string) =>
    parseListPage(`<ListBucketResult>${text}</ListBucketResult>`).objects.map((each) => each.key);
  test.each([
    ["attributes", '<Contents a="b"><Key>k</Key></Contents>', ["k"]],
    ["CDATA", "<Contents><Key><![CDATA[k]]></Key></Contents>", ["k"]],
    ["an element with nothing in it", "<Contents><Key/><Size>1</Size></Contents>", [""]],
  ])("%s", (_, text, keys) => {
    expect(key(text)).toEqual(keys);
  });
});

test.each([
  ["nothing", ""],
  ["half a page", "<ListBucketResult><Contents><Key>a</Key>"],
  ["an entry without an end", "<ListBucketResult><Contents><Key>a</Key></ListBucketResult>"],
  ["another response", "<Other></Other>"],
])("%s is worth another try", (_, text) => {
  expect(() => parseListPage(text)).toThrow(expect.objectContaining({ name: "MalformedResponse" }));
});

test("keys that are not encoded stay as they are", () => {
  const text =
    "<ListBucketResult><Contents><Key>a+b%20&amp;&#x41;&#1114112;</Key><Size>0</Size></Contents></ListBucketResult>";
  expect(parseListPage(text).objects[0]?.key).toBe("a+b%20&A&#1114112;");
});
