import { afterEach, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { claimMarker } from "../../../../../bucket/job-objects/marker.ts";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { Queue, type QueueLook } from "../../../../../headnode/queue/queue.ts";
import { waitUntil } from "../../../../../local/wait-until.ts";
import { CloudSubmitError } from "../../../../../protocol/error.ts";
import { LEFT_MAX } from "../../../../../protocol/heartbeat.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";

const now = new Date("2026-11-23T20:45:01Z");
let queue: Queue | undefined;
afterEach(() => queue?.stop());

/** A look at requests of these prefixes, of which some cannot be taken; returns what the agent tells of it. */
async function lookWith(
  prefixes: readonly string[],
  failures: ReadonlyMap<string, Error>,
): Promise<QueueLook | undefined> {
  queue?.stop();
  const store = new MemoryStore();
  for (const prefix of prefixes) {
    const request = { prefix, submission: "s1", action: "run" } as const;
    const marker = { version: 1, ...request, requestedAt: now.toISOString(), dispatcher: "i" };
    const time = prefixes.indexOf(prefix);
    await claimMarker(store, marker as never, { etag: "e", time, metadata: {} });
  }
  queue = new Queue({
    store,
    requests: {
      take: async ({ prefix }) => {
        const failure = failures.get(prefix);
        if (failure) throw failure;
      },
      takeUnseen: async () => false,
    },
    journal: { active: () => undefined },
    unmarked: { begins: () => async () => undefined },
    remover: { has: () => false, keepOnly: () => undefined, remove: () => undefined },
    everyMs: 60_000,
    log: () => undefined,
    now: () => now,
  });
  queue.start();
  await waitUntil("the look has come to its end", async () => queue?.looked, { deadline: 5_000 });
  return queue.looked;
}

const REFUSALS = ["AccessDenied", "InvalidRequest", "InvalidObjectState"].map(
  (code) => new S3Error(code, "of this object", { status: code === "InvalidRequest" ? 400 : 403 }),
);
const WAITS = [...REFUSALS, new CloudSubmitError("slurm", "slurmctld does not respond")];
const TROUBLE = [
  new S3Error("SlowDown", "Please reduce your request rate.", { status: 503 }),
  new Error("ENOSPC: no space left on device"),
  new TypeError("undefined is not a function"),
];

test("a look counts, whichever requests cannot be taken; those are named, but for what waits for Slurm or S3 refuses", async () => {
  const outcome = fc.constantFrom(undefined, ...WAITS, ...TROUBLE);
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 8 }), async (outcomes) => {
      const names = outcomes.map((_one, at) => `job${at}`);
      const failures = new Map<string, Error>(
        outcomes.flatMap((one, at) => (one ? [[`job${at}`, one] as const] : [])),
      );
      const left = names.filter((name) => TROUBLE.includes(failures.get(name) as never));
      expect(await lookWith(names, failures)).toEqual({
        began: now,
        left: left.map((name) => `${name}/run-s1`),
      });
    }),
    { numRuns: 30 },
  );
});

test("of very many that cannot be taken, those that were asked for first are named", async () => {
  const names = Array.from({ length: LEFT_MAX + 20 }, (_, at) => `job${1000 - at}`);
  const failures = new Map(names.map((name) => [name, TROUBLE[1] as Error]));
  const looked = await lookWith(names, failures);
  expect(looked?.left).toEqual(names.slice(0, LEFT_MAX).map((name) => `${name}/run-s1`));
});
