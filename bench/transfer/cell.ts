import type { Spread } from "../statistics.ts";

export type Transport = "http" | "https";
export type Direction = "upload" | "download" | "re-sync";

/** The program that does nothing but the work itself: what no client can be much faster than. */
export const BARE = "bare program";

/** Workload, direction and transport of a transfer. */
export interface Course {
  transport: Transport;
  /** Added to each request. */
  latencyMs: number;
  workload: string;
  files: number;
  /** Bytes of each file. */
  size: number;
  direction: Direction;
}

/** Results of one tool on one course. */
export interface Cell extends Course {
  tool: string;
  wallSeconds: Spread;
  cpuSeconds: Spread;
  peakMemoryBytes: Spread;
  /** Of the last run. */
  requests: Record<string, number>;
  connections: number;
  /** Of the endpoint itself, which shares the machine. */
  endpointCpuSeconds: Spread;
}

/** One run of the whole benchmark. */
export interface TransferResults {
  date: string;
  commit: string;
  machine: string;
  tools: { name: string; version: string; setting: string }[];
  cells: Cell[];
}
