import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { partition } from "@aws-sdk/core/client";
import { expect, test } from "@jest/globals";
import { dnsSuffixOf } from "../../../../bucket/s3/dns-suffix.ts";

/** Names of regions in the SDK's table, with those that stand for a whole partition. */
function knownRegions(): string[] {
  const entry = createRequire(import.meta.url).resolve("@aws-sdk/core");
  const table = join(
    dirname(entry),
    "../dist-es/submodules/client/util-endpoints/lib/aws/partitions.js",
  );
  const text = readFileSync(table, "utf8");
  return [...text.matchAll(/"([\w-]+)": \{\s+"description"/g)].map(([, name = ""]) => name);
}

test("the domain of each region is the SDK's, also of regions that are new or unknown", () => {
  const known = knownRegions();
  expect(known.length).toBeGreaterThan(30);
  expect(known).toEqual(expect.arrayContaining(["us-east-1", "cn-north-1", "aws-cn-global"]));
  const renumbered = known.map((name) => name.replace(/\d+$/, "77"));
  const broken = known.flatMap((name) => [`${name}x`, `x${name}`, name.toUpperCase()]);
  for (const region of [...known, ...renumbered, ...broken, "", "nowhere", "us-isob-a-b-1"])
    expect([region, dnsSuffixOf(region)]).toEqual([region, partition(region).dnsSuffix]);
});
