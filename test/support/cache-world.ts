import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { newMachine } from "../../bucket/machine.ts";
import { ObjectCache } from "../../headnode/cache/object-cache.ts";
import { StagedOnce } from "../../headnode/cache/staged-once.ts";
import type { Input } from "../../protocol/manifest.ts";
import { downloadFolder } from "../../transfer/download.ts";
import { MemoryStore } from "./memory-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const PREFIX = "job1";
const TRAITS = { isCaseBlind: false, isFormBlind: false, hasWindowsNames: false };

/** A bucket, and a Head Node's disk with a cache, from which folders are staged as the agent does. */
export function cacheWorld({ maxBytes = 1 << 30, keepsVersions = true } = {}) {
  const root = temporaryFolder();
  const folder = join(root, "work", ".cache");
  const notes = join(root, "home", "cache", "notes");
  mkdirSync(join(root, "work"));
  const store = new MemoryStore();
  store.keepsVersions = keepsVersions;
  const logged: string[] = [];
  let now = 1_700_000_000_000;
  let folders = 0;
  return {
    store,
    folder,
    notes,
    logged,
    skip: (ms: number) => void (now += ms),
    /** Starts an agent's cache on what is on the disk. */
    async open(bytes = maxBytes) {
      const cache = await ObjectCache.open({
        folder,
        notes,
        maxBytes: bytes,
        log: (_level, message, fields) => void logged.push(`${message} ${JSON.stringify(fields)}`),
        now: () => new Date(now),
      });
      const results = { place: async () => undefined };
      const sleep = () => new Promise<void>((done) => void setImmediate(done));
      return { cache, local: new StagedOnce({ cache, results, sleep }) };
    },
    /** Puts an object; returns what a manifest says of it. */
    async input(path: string, body: string | Buffer, more: Partial<Input> = {}): Promise<Input> {
      let version: string | undefined;
      const onVersion = (id: string) => void (version = id);
      const etag = (await store.put(`${PREFIX}/${path}`, body, { onVersion })) ?? "";
      const size = Buffer.byteLength(body);
      return { path, size, etag, ...(version !== undefined && { version }), mode: "0644", ...more };
    },
    /** Stages objects into a new folder, or one that is there; tells how many GETs it took. */
    async stage(local: StagedOnce, inputs: readonly Input[], into?: string) {
      folders += 1;
      const at = into ?? join(root, "work", `staged${folders}`);
      const before = store.requests["getFile"] ?? 0;
      const summary = await downloadFolder(store, PREFIX, at, {
        exactly: new Map(inputs.map((input) => [input.path, input])),
        local,
        alone: TRAITS,
        machine: newMachine(),
      });
      return { at, summary, gets: (store.requests["getFile"] ?? 0) - before };
    },
    /** Paths of the files in the cache. */
    files: () => readdirSync(folder).map((name) => join(folder, name)),
  };
}
