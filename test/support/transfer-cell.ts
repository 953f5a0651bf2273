import type { Cell } from "../../bench/transfer/cell.ts";

/** Results of a tool that took so many seconds in each of five runs; of an upload of 2,000 × 4 KiB unless said otherwise. */
export function transferCell(tool: string, seconds: number, more: Partial<Cell> = {}): Cell {
  const of = (value: number) => ({ median: value, min: value, max: value, runs: 5 });
  return {
    transport: "http",
    latencyMs: 0,
    workload: "2,000 × 4 KiB",
    files: 2000,
    size: 4096,
    direction: "upload",
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
