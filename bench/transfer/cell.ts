import type { Spread } from "../statistics.ts";

export type Transport = "http" | "https";
export type Direction = "upload" | "download" | "re-sync";

/** The program that does nothing but the work itself: what no client can be much faster than. */
export const BARE = "bare program";
/** The same in Node.js, by one thread: what no client in Node.js can be much faster than. */
export const BARE_NODE = "bare Node.js program";

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
  /** The run that it is kept from; undefined: the one that it is saved with. */
  of?: RunName;
}

/** When, what and where a run was. */
export interface RunName {
  date: string;
  commit: string;
  machine: string;
}

/** One run of the whole benchmark, or of a part, with what was kept from those before. */
export interface TransferResults extends RunName {
  tools: { name: string; version: string; setting: string }[];
  cells: Cell[];
}

/** Whether two results are of one run of the benchmark, on one machine: only then can their times be compared. */
export function isSameRun({ of: one }: Cell, { of: other }: Cell): boolean {
  return (
    one?.date === other?.date && one?.commit === other?.commit && one?.machine === other?.machine
  );
}
