import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { succeeds } from "../../../../../bucket/flow/succeeds.ts";
import { readStatus } from "../../../../../bucket/job-objects/status.ts";
import { removeJob } from "../../../../../bucket/tidy/remove-job.ts";
import { requestRun } from "../../../../../cli/jobs/request-run.ts";
import { parseManifest } from "../../../../../protocol/manifest.ts";
import { isBeingRemoved } from "../../../../../protocol/removal.ts";
import { collect } from "../../../../support/collect.ts";
import { endedJob } from "../../../../support/ended-job.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";

const FILES = { "job-aws-run.sh": "#!/bin/sh\n", "data/a": "a", "data/b": "new" };

/** As submitJob does: files that are there already are not sent again. True: it has submitted. */
async function submit(store: MemoryStore): Promise<boolean> {
  const before = await readStatus(store, "job1");
  if (before && isBeingRemoved(before)) return false;
  const there = new Map((await collect(store.list("job1/"))).map((one) => [one.key, one]));
  for (const [path, body] of Object.entries(FILES))
    if (there.get(`job1/${path}`)?.size !== body.length) await store.put(`job1/${path}`, body);
  const run = { prefix: "job1", submission: "s2", before };
  return succeeds(requestRun(store, run, {}));
}

/** As a client of S3 alone does: it sends all, and looks at nothing. */
async function upload(store: MemoryStore): Promise<boolean> {
  for (const [path, body] of Object.entries(FILES)) await store.put(`job1/${path}`, body);
  await store.put("job1/job-aws-stat.txt", "FILE_UPLOAD\n");
  return true;
}

/** @param nonce of a removal of the whole job, or of its inputs alone */
async function remove(store: MemoryStore, nonce: string, keepsResults: boolean): Promise<void> {
  const status = await readStatus(store, "job1");
  if (!status || status.state === "FILE_UPLOAD") return;
  const text = keepsResults ? store.text("job1/job-aws-manifest.json") : undefined;
  await removeJob(store, "job1", status, { nonce, inputs: parseManifest(text ?? "")?.inputs });
}

test.each([
  ["cloud-submit", submit],
  ["a client that sends all", upload],
])(
  "whatever the order of requests, a run that %s has submitted beside removals has all its objects",
  async (_name, client) => {
    const property = fc.asyncProperty(
      fc.scheduler(),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 4 }),
      async (scheduler, keepsResults, keepsVersions, pageSize) => {
        const store = new MemoryStore();
        store.keepsVersions = keepsVersions || client === upload;
        store.pageSize = pageSize;
        await endedJob(store, "job1");
        store.before = (operation) => scheduler.schedule(Promise.resolve(), operation);
        const all = Promise.all([
          client(store),
          remove(store, "n1", false),
          remove(store, "n2", keepsResults),
        ]);
        const [isSubmitted] = await scheduler.waitFor(all);
        if (!isSubmitted) return;
        for (const [path, body] of Object.entries(FILES))
          expect([path, store.text(`job1/${path}`)]).toEqual([path, body]);
        expect(store.text("job1/job-aws-stat.txt")).toBe("FILE_UPLOAD\n");
      },
    );
    await fc.assert(property, { numRuns: 300 });
  },
);
