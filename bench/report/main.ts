import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CloudResults } from "../cloud/results.ts";
import { benchConfig } from "../config.ts";
import type { TransferResults } from "../transfer/cell.ts";
import { cloudPlots } from "./cloud-plots.ts";
import { cloudBlocks } from "./cloud-report.ts";
import { replaceBlock } from "./markdown.ts";
import { transferBlocks, transferPlots } from "./transfer-report.ts";

// Writes what was measured last into docs/benchmarks.md, and its plots beside it.
const { checkout } = benchConfig();
const results = (name: string): unknown => {
  const file = join(checkout, "bench", "results", `${name}.json`);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
};
const transfer = results("transfer") as TransferResults | undefined;
const cloud = results("cloud") as CloudResults | undefined;

const page = join(checkout, "docs", "benchmarks.md");
const blocks = { ...(transfer && transferBlocks(transfer)), ...(cloud && cloudBlocks(cloud)) };
let text = readFileSync(page, "utf8");
for (const [name, block] of Object.entries(blocks)) text = replaceBlock(text, name, block);
writeFileSync(page, text);

const plots = { ...(transfer && transferPlots(transfer)), ...(cloud && cloudPlots(cloud)) };
const folder = join(checkout, "docs", "benchmarks");
mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(plots)) writeFileSync(join(folder, name), svg);
console.log(
  `docs/benchmarks.md: ${Object.keys(blocks).length} blocks, ${Object.keys(plots).length} plots`,
);
