import { join } from "node:path";
import type { BenchConfig } from "../../config.ts";
import { BARE, BARE_NODE } from "../cell.ts";
import type { Place, Tool } from "../tool.ts";

/** Connections where answers come at once: more of them take turns on the same cores. */
const NEAR = 16;
/** Connections where each answer is waited for. */
const FAR = 128;

/** The program in bench/bare. */
export function bare({ home }: BenchConfig): Tool {
  return bareTool(BARE, "bench/bare", [join(home, "bare")]);
}

/** The program in bench/bare-node. */
export function bareNode({ checkout }: BenchConfig): Tool {
  const program = join(checkout, "dist", "bench", "bare-node.cjs");
  return bareTool(BARE_NODE, "bench/bare-node", [process.execPath, program]);
}

function bareTool(name: string, version: string, program: readonly string[]): Tool {
  const run = (verb: string, prefix: string, folder: string, place: Place) => [
    ...program,
    verb,
    place.url,
    place.bucket,
    prefix,
    folder,
    String(place.latencyMs > 0 ? FAR : NEAR),
    ...(place.ca === undefined ? [] : [place.ca]),
  ];
  return {
    name,
    version,
    setting: `${NEAR} connections, ${FAR} with latency; parts of 8 MiB; no signatures, no metadata, no comparison`,
    env: () => ({}),
    upload: (folder, prefix, place) => run("put", prefix, folder, place),
    download: (prefix, folder, place) => run("get", prefix, folder, place),
  };
}
