import { describe, expect, test } from "@jest/globals";
import type { Cell, Direction } from "../../../../bench/transfer/cell.ts";
import { verdicts } from "../../../../bench/transfer/goals.ts";

function cell(tool: string, seconds: number, more: Partial<Cell> = {}): Cell {
  const of = (value: number) => ({ median: value, min: value, max: value, runs: 1 });
  return {
    transport: "http",
    latencyMs: 0,
    workload: "2,000 × 4 KiB",
    files: 2000,
    size: 4096,
    direction: "upload" satisfies Direction,
    tool,
    wallSeconds: of(seconds),
    cpuSeconds: of(seconds),
    peakMemoryBytes: of(100e6),
    requests: { PutObject: 2000 },
    connections: 1,
    endpointCpuSeconds: of(0),
    ...more,
  };
}

const missed = (own: Cell, peer?: Cell) =>
  verdicts(own, peer)
    .filter(({ reached }) => !reached)
    .map(({ what, exact }) => ({ what, exact }));

describe("goals of transfers", () => {
  test("as fast as the peer is fast enough for small files", () => {
    expect(missed(cell("cloud-submit", 1), cell("s5cmd", 1))).toEqual([]);
  });

  test.each([
    [2000, 4096, 1.01],
    [200, 2 ** 20, 0.81],
    [2, 512 * 2 ** 20, 0.51],
  ])("%d files of %d bytes in %d of the peer's time are too slow", (files, size, seconds) => {
    const at = { files, size };
    expect(missed(cell("cloud-submit", seconds, at), cell("s5cmd", 1, at))).toEqual([
      { what: "wall ÷ s5cmd", exact: false },
    ]);
  });

  test("a re-sync takes one request for each thousand objects", () => {
    const at = { direction: "re-sync" as const, requests: { ListObjects: 2 } };
    expect(missed(cell("cloud-submit", 1, at), cell("s5cmd", 1))).toEqual([]);
    const more = { ...at, requests: { ListObjects: 2, HeadObject: 1 } };
    expect(missed(cell("cloud-submit", 1, more), cell("s5cmd", 1))).toEqual([
      { what: "requests", exact: true },
    ]);
  });

  test("200 MB of memory are enough", () => {
    const much = { median: 1, min: 1, max: 201e6, runs: 1 };
    expect(missed(cell("cloud-submit", 1, { peakMemoryBytes: much }))).toEqual([
      { what: "peak memory, MB", exact: false },
    ]);
  });

  test("other numbers of files have no goal for time", () => {
    const at = { files: 200 };
    expect(missed(cell("cloud-submit", 9, at), cell("s5cmd", 1, at))).toEqual([]);
  });
});
