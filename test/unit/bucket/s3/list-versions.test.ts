import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { UnsoundListing } from "../../../../bucket/listing/unsound-listing.ts";
import { parseVersionPage } from "../../../../bucket/s3/list-versions.ts";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { collect } from "../../../support/collect.ts";
import { s3Scene } from "../../../support/s3-over.ts";
import { xml } from "../../../support/xml-answer.ts";

const s3 = s3Scene();
const TIME = "2026-11-24T10:00:00.000Z";
const version = (key: string, id: string, isLatest: boolean) =>
  `<Version><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>${TIME}</LastModified><ETag>&quot;e&quot;</ETag><Size>3</Size></Version>`;
const marker = (key: string, id: string) =>
  `<DeleteMarker><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>true</IsLatest><LastModified>${TIME}</LastModified></DeleteMarker>`;
const page = (inside: string, more = "<IsTruncated>false</IsTruncated>") =>
  `<ListVersionsResult><EncodingType>url</EncodingType>${more}${inside}</ListVersionsResult>`;
const more = (key: string, id: string) =>
  `<IsTruncated>true</IsTruncated><NextKeyMarker>${key}</NextKeyMarker><NextVersionIdMarker>${id}</NextVersionIdMarker>`;

test("versions and delete markers come from all pages, each asked for behind the last", async () => {
  s3.server.intercept = ({ query }, response) => {
    const isFirst = query.get("key-marker") === null;
    const inside = isFirst ? version("p/a%2Bb+c", "v1", true) : marker("p/d", "v2");
    xml(response, page(inside, isFirst ? more("p/a%2Bb+c", "v1") : undefined));
    return true;
  };
  const all = (await collect(s3.store.versions("p/"))).flat();
  const lastModified = new Date(TIME);
  expect(all).toEqual([
    {
      key: "p/a+b c",
      versionId: "v1",
      isLatest: true,
      isMarker: false,
      size: 3,
      etag: "e",
      lastModified,
    },
    {
      key: "p/d",
      versionId: "v2",
      isLatest: true,
      isMarker: true,
      size: 0,
      etag: "",
      lastModified,
    },
  ]);
  const [first, second] = s3.server.seen.map(({ query }) => Object.fromEntries(query));
  expect(first).toEqual({ versions: "", prefix: "p/", "encoding-type": "url" });
  expect(second).toMatchObject({ "key-marker": "p/a+b c", "version-id-marker": "v1" });
});

test.each([
  ["of another prefix", page(version("q/a", "v1", true))],
  ["without a version id", page(version("p/a", "", true))],
  ["that goes on where it was", page(version("p/a", "v1", true), more("p/a", "v1"))],
  ["that is cut off", page("", "<IsTruncated>true</IsTruncated>")],
])("a listing %s is not believed", async (_what, text) => {
  s3.server.intercept = (_seen, response) => (xml(response, text), true);
  await expect(collect(s3.store.versions("p/"))).rejects.toThrow(UnsoundListing);
});

test("any text is a page, or an error of S3's", () => {
  const parts = fc.constantFrom(
    "<Key>",
    "</Key>",
    "<Version>",
    "</Version>",
    "<Size>",
    "%",
    "&",
    "1",
  );
  fc.assert(
    fc.property(fc.array(parts), (texts) => {
      try {
        for (const { size } of parseVersionPage(page(texts.join(""))).versions)
          expect(Number.isSafeInteger(size)).toBe(true);
      } catch (error) {
        expect(error instanceof S3Error || error instanceof UnsoundListing).toBe(true);
      }
    }),
  );
});

test("a removal names a version or a condition, and tells of which it was refused", async () => {
  s3.server.intercept = (_seen, response) => {
    const error =
      "<Error><Key>a&amp;b</Key><VersionId>v1</VersionId><Code>AccessDenied</Code><Message>no</Message></Error>";
    xml(response, `<DeleteResult>${error}</DeleteResult>`);
    return true;
  };
  const removals = [{ key: "a&b", versionId: "v1" }, { key: "c", ifMatch: "e" }, "d"];
  expect(await s3.store.deleteMany(removals)).toEqual([
    { key: "a&b", versionId: "v1", code: "AccessDenied", message: "no" },
  ]);
  expect(s3.server.seen[0]!.body.toString()).toContain(
    "<Object><Key>a&amp;b</Key><VersionId>v1</VersionId></Object><Object><Key>c</Key><ETag>&quot;e&quot;</ETag></Object><Object><Key>d</Key></Object>",
  );
});
