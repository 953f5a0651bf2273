import { goalsByName } from "../cloud/goals.ts";
import { priceLines, totalPrice } from "../cloud/price.ts";
import type { CloudResults } from "../cloud/results.ts";
import { kilobytes, ms, table } from "./markdown.ts";
import { goalCell } from "./verdict.ts";

/** The functions' sizes and times, and what 1,000 jobs cost. */
export function lambdaBlock(results: CloudResults): string {
  const { lambda } = results;
  const { bundle } = goalsByName(results);
  const lines = priceLines(results);
  const total = totalPrice(results);
  return [
    table(
      [
        "bundle",
        "KB",
        "zip KB",
        "load time in Node.js, ms",
        "bytes ÷ the two clients",
        "warm call, ms (min–max)",
        "calls per job",
      ],
      [
        ...lambda.functions.map((each) => [
          each.name,
          kilobytes(each.bundleBytes),
          kilobytes(each.zipBytes),
          ms(each.loadMs.median),
          (each.bundleBytes / lambda.twoClients.bundleBytes).toFixed(2),
          each.billedMs
            ? `${ms(each.billedMs.median)} (${ms(each.billedMs.min)}–${ms(each.billedMs.max)})`
            : "",
          each.invocationsPerJob.toFixed(2),
        ]),
        [
          "S3 and SSM clients alone",
          kilobytes(lambda.twoClients.bundleBytes),
          "",
          ms(lambda.twoClients.loadMs.median),
          "1.00",
          "",
          "",
        ],
        ["empty program", "", "", ms(lambda.bareNodeMs.median), "", "", ""],
        ["goal, for the largest", "", "", "", goalCell(bundle), "", ""],
      ],
    ),
    "",
    table(
      ["for 1,000 jobs", "calculation", "USD"],
      [
        ...lines.map(({ what, sum, dollars }) => [what, sum, dollars.toFixed(5)]),
        ["total", "", total.toFixed(4)],
      ],
    ),
  ].join("\n");
}
