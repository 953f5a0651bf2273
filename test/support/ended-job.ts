import { formatManifest, type Input } from "../../protocol/manifest.ts";
import type { State } from "../../protocol/state.ts";
import type { MemoryStore } from "./memory-store.ts";

/** Milliseconds of a day. */
export const DAY = 86_400_000;

/** When jobs of these tests were written, and when they are to be removed. */
export const THEN = Date.parse("2026-10-01T00:00:00Z");
export const NOW = Date.parse("2026-11-24T12:00:00Z");

/** From now on what is written is written at this time; each write a second later. */
export function writesAt(store: MemoryStore, start: number): void {
  let writes = 0;
  store.now = () => new Date(start + 1000 * writes++);
}

/** A job with inputs, a manifest, results and a state, all written long ago. Afterwards it is `NOW`. */
export async function endedJob(
  store: MemoryStore,
  prefix: string,
  {
    inputs = { "job-aws-run.sh": "#!/bin/sh\n", "data/a": "a" },
    results = { "result.txt": "done" },
    state = "JOB_COMPLETE",
    at = THEN,
  }: {
    inputs?: Record<string, string>;
    results?: Record<string, string>;
    state?: State;
    at?: number;
  } = {},
): Promise<void> {
  writesAt(store, at);
  const named: Input[] = [];
  for (const [path, body] of Object.entries(inputs)) {
    let version: string | undefined;
    const onVersion = (id: string) => void (version = id);
    const etag = await store.put(`${prefix}/${path}`, body, { onVersion });
    named.push({ path, size: body.length, etag: etag!, ...(version && { version }) });
  }
  await store.put(`${prefix}/job-aws-manifest.json`, formatManifest(named)!);
  await store.put(`${prefix}/job-aws-stat.txt`, "FILE_UPLOAD\n", {
    metadata: { submission: "s1" },
  });
  for (const [path, body] of Object.entries(results)) await store.put(`${prefix}/${path}`, body);
  if (state !== "FILE_UPLOAD")
    await store.put(`${prefix}/job-aws-stat.txt`, `${state}\n`, { metadata: { submission: "s1" } });
  writesAt(store, NOW);
}

/** All that a bucket keeps below a prefix, versions included. */
export async function keptBelow(store: MemoryStore, prefix: string): Promise<string[]> {
  const kept: string[] = [];
  for await (const page of store.versions(`${prefix}/`))
    for (const { key, isMarker } of page) kept.push(isMarker ? `${key} (removed)` : key);
  return kept;
}
