import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { ObjectStore } from "../../../../../bucket/object-store.ts";
import type { Inputs } from "../../../../../protocol/manifest.ts";
import { downloadFolder } from "../../../../../transfer/download.ts";
import { uploadEntries } from "../../../../../transfer/upload.ts";
import { walk } from "../../../../../transfer/walk.ts";
import { s3Scene } from "../../../../support/s3-over.ts";
import type { SeenRequest } from "../../../../support/s3-server.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testClock } from "../../../../support/test-clock.ts";

const GB = 1000 ** 3;
/** More than are under way, and more than one transfer has in flight. */
const MANY = 400;
/** Small requests of one transfer. */
const AT_ONCE = 128;
/** Of the small job: 600 kB. */
const FILES = 6;
const BODY = Buffer.alloc(100_000, "small ");

const scene = s3Scene();

/** Answers to the large job that are held back, and what ends it. */
const held: ServerResponse[] = [];
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/**
 * Milliseconds by the clock of both jobs. Each file of the small one takes too long to show a fast line, and all of them not
 * long enough to show a slow one: either would let the large job begin more.
 */
let elapsed = 0;
const A_WHILE = 300;

/** Holds back all answers to requests of the large job of which `hold` says so. */
function holdBack(hold: (seen: SeenRequest, response: ServerResponse) => boolean): void {
  let isOver = false;
  scene.server.intercept = (seen, response) => {
    if (!seen.key.startsWith("large/")) elapsed += A_WHILE;
    if (!seen.key.startsWith("large/") || !hold(seen, response)) return false;
    if (isOver) response.destroy();
    else held.push(response);
    return true;
  };
  ends.unshift(async () => {
    isOver = true;
    for (const response of held.splice(0)) response.destroy();
  });
}

/** An answer may be held back for as long as a test takes. */
const PATIENT = { connectionTimeout: 3_600_000, socketTimeout: 3_600_000 };

/** Stores of two jobs on one S3, whose failures are not tried again. */
function stores(): { large: ObjectStore; small: ObjectStore } {
  const clock = { ...testClock(), elapsed: () => elapsed };
  const s3 = scene.access({ attempts: 1, timeouts: PATIENT, clock });
  return { large: s3.store("b", { job: "large" }), small: s3.store("b", { job: "small" }) };
}

/** Begins the transfer of the large job, and waits until the server holds back all that it asks for by itself. */
async function stuck(transfer: Promise<unknown>, least: number): Promise<number> {
  const over = transfer.catch(() => undefined);
  ends.push(() => over);
  for (let before = -1; held.length < least || before < held.length; ) {
    before = held.length;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  }
  return scene.server.seen.length;
}

function inputs(
  prefix: string,
  sizes: readonly number[],
  etag = (_at: number) => "e".repeat(32),
): Inputs {
  return new Map(
    sizes.map((size, at) => {
      const path = `${prefix}${at}`;
      return [path, { path, size, etag: etag(at), mode: "0644", mtime: "1" }] as const;
    }),
  );
}

/** Stages the small job in; returns the files that came. */
async function smallIn(store: ObjectStore): Promise<number> {
  const etags = Array.from(
    { length: FILES },
    (_, at) => scene.server.put(`small/f${at}`, BODY).etag,
  );
  const sizes = etags.map(() => BODY.length);
  const exactly = inputs("f", sizes, (at) => etags[at] ?? "");
  const { files } = await downloadFolder(store, "small", temporaryFolder(), { exactly });
  return files;
}

function folderOf(count: number, make: (path: string) => void): string {
  const folder = join(temporaryFolder(), "job");
  mkdirSync(folder);
  for (let at = 0; at < count; at++) make(join(folder, `f${at}`));
  return folder;
}

/** Sends the results of a job. */
const out = (store: ObjectStore, prefix: string, folder: string) =>
  uploadEntries(store, walk(folder, { outsideLinks: "refuse", insideLinks: "keep" }), prefix, {});

async function smallOut(store: ObjectStore): Promise<number> {
  const folder = folderOf(FILES, (path) => writeFileSync(path, BODY));
  return (await out(store, "small", folder)).files;
}

const SMALL: [string, (store: ObjectStore) => Promise<number>, string][] = [
  ["staged in", smallIn, "GET"],
  ["staged out", smallOut, "PUT"],
];

/** Begins the large job; returns when it waits for answers alone. */
const LARGE: [string, (store: ObjectStore) => Promise<number>][] = [
  [
    "of very many small files comes in",
    (store) => {
      holdBack(() => true);
      const exactly = inputs(
        "f",
        Array.from({ length: MANY }, () => 1000),
      );
      return stuck(downloadFolder(store, "large", temporaryFolder(), { exactly }), AT_ONCE);
    },
  ],
  [
    "of two of 100 GB comes in",
    (store) => {
      holdBack(({ method }, response) => {
        if (method !== "HEAD") return true;
        const facts = { "content-length": String(100 * GB), etag: `"${"e".repeat(32)}-9"` };
        response.writeHead(200, { "x-amz-request-id": "r", ...facts }).end();
        return true;
      });
      const exactly = inputs("f", [100 * GB, 100 * GB]);
      return stuck(downloadFolder(store, "large", temporaryFolder(), { exactly }), 10);
    },
  ],
  [
    "of very many small files goes out",
    (store) => {
      holdBack(() => true);
      const folder = folderOf(MANY, (path) => writeFileSync(path, "result"));
      return stuck(out(store, "large", folder), AT_ONCE);
    },
  ],
  [
    "of many that fill the memory goes out",
    (store) => {
      holdBack(() => true);
      const folder = folderOf(40, (path) => {
        writeFileSync(path, "");
        truncateSync(path, 4_000_000);
      });
      // As many as the window of uploads holds to begin with.
      return stuck(out(store, "large", folder), 2);
    },
  ],
  [
    "of two of 100 GB goes out",
    (store) => {
      holdBack(({ query }) => !query.has("uploads"));
      const folder = folderOf(2, (path) => {
        writeFileSync(path, "");
        truncateSync(path, 100 * GB);
      });
      return stuck(out(store, "large", folder), 1);
    },
  ],
];

describe.each(LARGE)("while a job %s, and none of its answers", (_name, begin) => {
  test.each(SMALL)(
    "a job of 600 kB is %s, by its own requests alone",
    async (_how, move, method) => {
      const { large, small } = stores();
      const before = await begin(large);
      expect(await move(small)).toBe(FILES);
      expect(scene.server.count(method, /^small\//)).toBe(FILES);
      // The large one has begun nothing meanwhile: it has all that it may have.
      expect(scene.server.seen.length - before).toBe(FILES);
    },
  );
});

test("of places that become free the small job has the first ones: as many at once as it would have alone", async () => {
  const { large, small } = stores();
  const body = Buffer.from("input");
  const { etag } = scene.server.put("large/f0", body);
  for (let at = 1; at < MANY; at++) scene.server.put(`large/f${at}`, body);
  const answers: Record<string, (() => void)[]> = { large: [], small: [] };
  let holds = true;
  scene.server.intercept = ({ key }) => {
    const [job = ""] = key.split("/");
    return holds && new Promise((resolve) => answers[job]?.push(() => resolve(false)));
  };
  const sizes = Array.from({ length: MANY }, () => body.length);
  const exactly = inputs("f", sizes, () => etag);
  const goesOn = downloadFolder(large, "large", temporaryFolder(), { exactly });
  const has = async (job: string, number: number) => {
    while ((answers[job]?.length ?? 0) < number) await new Promise(setImmediate);
  };
  await has("large", AT_ONCE);
  const comes = smallIn(small);
  await has("small", 1);
  // The first one that is given back is what it has beyond.
  for (const answer of answers["large"]?.splice(0, FILES) ?? []) answer();
  await has("small", FILES);
  expect(scene.server.seen).toHaveLength(AT_ONCE + FILES);
  holds = false;
  for (const answer of Object.values(answers).flat()) answer();
  expect(await comes).toBe(FILES);
  expect((await goesOn).files).toBe(MANY);
});
