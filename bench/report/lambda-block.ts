import type { JobCosts } from "../cloud/counts.ts";
import { goalsByName } from "../cloud/goals.ts";
import type { LambdaResults } from "../cloud/lambda.ts";
import { priceLines, totalPrice } from "../cloud/price.ts";
import type { CloudResults } from "../cloud/results.ts";
import { goalCell } from "../verdict.ts";
import { kilobytes, ms, table } from "./markdown.ts";

/** The functions' sizes and times, and what 1,000 jobs cost. */
export function lambdaBlock(results: CloudResults): string {
  const { lambda } = results;
  const { bundle } = goalsByName(results);
  const [alone] = results.counts.ours;
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
    priceTable("1,000 jobs at once", lambda, results.burst.costs),
    "",
    ...(alone ? [priceTable("1,000 jobs, one after the other", lambda, alone)] : []),
  ].join("\n");
}

function priceTable(what: string, lambda: LambdaResults, costs: JobCosts): string {
  return table(
    [what, "calculation", "USD"],
    [
      ...priceLines(lambda, costs).map((line) => [line.what, line.sum, line.dollars.toFixed(5)]),
      ["total", "", totalPrice(lambda, costs).toFixed(4)],
    ],
  );
}
