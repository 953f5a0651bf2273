import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { areWhole, type CloudResults } from "../cloud/results.ts";
import { benchConfig } from "../config.ts";
import type { SimulateResults } from "../simulate/results.ts";
import type { TransferResults } from "../transfer/cell.ts";
import { cloudPlots } from "./cloud-plots.ts";
import { cloudBlocks } from "./cloud-report.ts";
import { replaceBlock } from "./markdown.ts";
import { PAGES } from "./pages.ts";
import { simulateBlocks, simulatePlots } from "./simulate-report.ts";
import { transferBlocks, transferPlots } from "./transfer-report.ts";

// Writes what was measured last into the two pages about it, and its plots beside them.
const { checkout } = benchConfig();
const results = (name: string): unknown => {
  const file = join(checkout, "bench", "results", `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
};
const transfer = results("transfer") as TransferResults | undefined;
const cloud = wholeCloud(results("cloud") as CloudResults | undefined);
const simulated = results("simulate") as SimulateResults | undefined;

/** Undefined for results of an earlier benchmark, which had less: the pages keep what they have. */
function wholeCloud(saved: CloudResults | undefined): CloudResults | undefined {
  if (!saved || areWhole(saved)) return saved;
  console.error(
    "bench/results/cloud.json lacks parts that are measured now: its tables stay as they are (npm run bench -- --save)",
  );
  return undefined;
}

const blocks = {
  ...(transfer && transferBlocks(transfer)),
  ...(cloud && cloudBlocks(cloud)),
  ...(simulated && simulateBlocks(simulated)),
};
const pages = PAGES.map((name) => join(checkout, name));
let texts = pages.map((page) => readFileSync(page, "utf8"));
for (const [name, block] of Object.entries(blocks)) texts = replaceBlock(texts, name, block);
for (const [at, page] of pages.entries()) writeFileSync(page, texts[at] ?? "");

const plots = {
  ...(transfer && transferPlots(transfer)),
  ...(cloud && cloudPlots(cloud)),
  ...(simulated && simulatePlots(simulated)),
};
const folder = join(checkout, "docs", "benchmarks");
mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(plots)) writeFileSync(join(folder, name), svg);
console.log(
  `docs/benchmarks: ${Object.keys(blocks).length} blocks, ${Object.keys(plots).length} plots`,
);
