import { afterEach, expect, test } from "@jest/globals";
import { claimMarker } from "../../../../../bucket/job-objects/marker.ts";
import { S3Error } from "../../../../../bucket/s3/s3-error.ts";
import { Queue } from "../../../../../headnode/queue/queue.ts";
import { waitUntil } from "../../../../../local/wait-until.ts";
import { CloudSubmitError } from "../../../../../protocol/error.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";

const now = new Date("2026-11-23T20:45:01Z");
let queue: Queue | undefined;
afterEach(() => queue?.stop());

/** A look at two requests, of which one cannot be taken; returns when the agent says to have looked. */
async function lookWith(failure: Error): Promise<{ taken: string[]; lookedAt: Date | undefined }> {
  const store = new MemoryStore();
  for (const prefix of ["mallory", "alice"]) {
    const request = { prefix, submission: "s1", action: "run" } as const;
    const marker = { version: 1, ...request, requestedAt: now.toISOString(), dispatcher: "i" };
    await claimMarker(store, marker as never, { etag: "e", time: 1, metadata: {} });
  }
  const taken: string[] = [];
  const asked: string[] = [];
  queue = new Queue({
    store,
    requests: {
      take: async ({ prefix }) => {
        asked.push(prefix);
        if (prefix === "mallory") throw failure;
        taken.push(prefix);
      },
      takeUnseen: async () => false,
    },
    journal: { active: () => undefined },
    remover: { has: () => false, keepOnly: () => undefined, remove: () => undefined },
    everyMs: 60_000,
    log: () => undefined,
    now: () => now,
  });
  await queue.rung({ prefix: "alice", submission: "s1", action: "run" } as never);
  await waitUntil("both were asked for", async () => asked.length > 1 || undefined, {
    deadline: 5_000,
  });
  return { taken, lookedAt: queue.lookedAt };
}

test.each([
  ["AccessDenied", 403],
  ["InvalidRequest", 400],
  ["InvalidObjectState", 403],
])("%s of one user's object does not make the agent silent for all others", async (...row) => {
  const [code, status] = row;
  const refusal = new S3Error(code, "of this object", { status });
  expect(await lookWith(refusal)).toEqual({ taken: ["alice"], lookedAt: now });
});

test.each([
  ["S3", new S3Error("SlowDown", "Please reduce your request rate.", { status: 503 })],
  ["Slurm", new CloudSubmitError("slurm", "slurmctld does not respond")],
  ["the disk", new Error("ENOSPC: no space left on device")],
])("trouble with %s: the look has not brought everything in", async (_of, failure) => {
  expect(await lookWith(failure)).toEqual({ taken: ["alice"], lookedAt: undefined });
});
