import { expect, test } from "@jest/globals";
import { areWhole } from "../../../../bench/cloud/results.ts";
import { cloudBlocks } from "../../../../bench/report/cloud-report.ts";
import { cloudResults } from "../../../support/cloud-results.ts";

test("results that lack what the report needs are not whole", () => {
  const all = cloudResults();
  expect(areWhole(all)).toBe(true);
  for (const part of Object.keys(all)) {
    const { [part]: _, ...others } = { ...all } as Record<string, unknown>;
    const saved = others as unknown as typeof all;
    // A part that no table is made of may be missing.
    if (areWhole(saved)) expect(() => cloudBlocks(saved)).not.toThrow();
  }
});
