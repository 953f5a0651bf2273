import { spawnSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { ObjectStore } from "../../../../bucket/object-store.ts";
import { uploadEntries } from "../../../../transfer/upload.ts";
import { walk } from "../../../../transfer/walk.ts";
import { s3Over } from "../../../support/s3-over.ts";
import { S3Server } from "../../../support/s3-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const FILES = ["a/one", "a/two", "b/c/deep", "b/other", "top", "zz/last"];
const OWN = "what the job wrote itself";
const SECRET = "SECRET of someone else...";

const server = new S3Server();
const folder = realpathSync(temporaryFolder());
const fifo = join(folder, "fifo");
let store: ObjectStore;
/** Called before each file is opened. */
let tick = () => undefined as void;
beforeAll(async () => {
  expect(spawnSync("mkfifo", [fifo]).status).toBe(0);
  store = s3Over(await server.start()).store("b");
  const putFile = store.putFile.bind(store);
  store.putFile = (...args) => {
    tick();
    return putFile(...args);
  };
});
afterAll(() => server.stop());

/** A job's folder, and beside it one of another user with the same names. */
function scene() {
  const top = mkdtempSync(join(folder, "s-"));
  const [job, outside] = [join(top, "job"), join(top, "outside")];
  for (const [root, text] of [
    [job, OWN],
    [outside, SECRET],
  ] as const)
    for (const file of FILES) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  return { job, outside };
}

type Scene = ReturnType<typeof scene>;
type Kind = "link" | "pipe" | "device" | "folder" | "parent" | "root" | "gone";
const KINDS: Kind[] = ["link", "pipe", "device", "folder", "parent", "root", "gone"];

/** Puts something else in place of a file, or of a folder above it, as a job may at any instant. */
function swap({ job, outside }: Scene, file: string, kind: Kind): void {
  const path = join(job, file);
  try {
    if (kind === "parent" || kind === "root") {
      const folder = kind === "root" || !file.includes("/") ? "." : file.split("/")[0];
      const here = join(job, folder ?? ".");
      renameSync(here, `${here}.away`);
      symlinkSync(join(outside, folder ?? "."), here);
      return;
    }
    rmSync(path);
    if (kind === "link") symlinkSync(join(outside, file), path);
    if (kind === "device") symlinkSync("/dev/zero", path);
    if (kind === "pipe") linkSync(fifo, path);
    if (kind === "folder") mkdirSync(path);
  } catch {
    // Another swap was there before.
  }
}

const swaps = fc.array(
  fc.record({
    /** So many looks and openings later. */
    at: fc.nat(2 * FILES.length),
    file: fc.constantFrom(...FILES),
    kind: fc.constantFrom(...KINDS),
  }),
  { minLength: 1, maxLength: 4 },
);

test("whatever is swapped while results are sent, nothing of outside is, and what stays is named", async () => {
  await fc.assert(
    fc.asyncProperty(swaps, fc.constantFrom("keep", "follow" as const), async (planned, inside) => {
      const world = scene();
      server.objects.clear();
      let instant = 0;
      tick = () => {
        for (const { at, file, kind } of planned) if (at === instant) swap(world, file, kind);
        instant += 1;
      };
      async function* entries() {
        const within = world.job;
        const options = { within, outsideLinks: "refuse", insideLinks: inside } as const;
        for await (const entry of walk(world.job, options)) {
          tick();
          yield entry;
        }
      }
      const summary = await uploadEntries(store, entries(), "p", { within: world.job });
      for (const [key, { body, headers }] of server.objects) {
        expect([key, body.toString()]).not.toEqual([key, expect.stringContaining("SECRET")]);
        expect(JSON.stringify(headers)).not.toContain("outside");
      }
      const { skipped } = summary.verdict();
      const named = skipped.map(({ path }) => path);
      for (const file of FILES) {
        const object = server.objects.get(`p/${file}`);
        if (object) {
          expect(object.body.toString()).toBe(OWN);
          continue;
        }
        const wasTouched = planned.some(
          ({ kind, file: other }) => kind === "gone" && other === file,
        );
        const became = server.objects.has(`p/${file}/`);
        const isNamed = named.some(
          (path) => path === "." || path === file || file.startsWith(`${path}/`),
        );
        expect([file, isNamed || wasTouched || became]).toEqual([file, true]);
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
