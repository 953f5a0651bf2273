import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { submitJob } from "../../../../cli/jobs/submit-job.ts";
import { run } from "../../../../cli/verbs/run/run.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { snapshot } from "../../../support/staging.ts";
import { testContext } from "../../../support/test-ui.ts";

/** A folder whose files all say whose they are. */
function folderOf(owner: string, files: number): string {
  const folder = scriptFolder(`#!/bin/sh\n# ${owner}\n`);
  for (let n = 0; n < files; n++) writeFileSync(join(folder, `data${n}`), `${owner} ${n}`);
  return folder;
}

/** An agent and its bucket, and a client on the same one; each FILE_UPLOAD that is written is delivered. */
function cloud(keepsVersions: boolean) {
  const w = world();
  w.store.keepsVersions = keepsVersions;
  const put = w.store.put.bind(w.store);
  w.store.put = async (key, body, options) => {
    const etag = await put(key, body, options);
    const submission = options?.metadata?.submission;
    if (etag !== undefined && key.endsWith("/job-aws-stat.txt") && submission !== undefined)
      w.deliver(key.slice(0, key.indexOf("/")), submission);
    return etag;
  };
  const client = (owner: string) => {
    const { context } = testContext();
    return {
      ...context,
      store: w.store,
      submitter: owner,
      sleep: () => setImmediate(),
      random: () => owner,
    };
  };
  return { w, client, put };
}

describe("what a job runs on is what its submitter sent", () => {
  test.each([true, false])(
    "three clients at once on one prefix, 150 files each; versions kept: %p",
    async (keepsVersions) => {
      const { w, client } = cloud(keepsVersions);
      await w.start();
      // Each file takes its own time, so that no client's are the last throughout.
      let turns = 1;
      w.store.before = async (operation) => {
        turns = (turns * 75 + 74) % 65_537;
        if (operation === "put") for (let left = turns % 40; left > 0; left--) await setImmediate();
      };
      const folders = ["a", "b", "c"].map((owner) => folderOf(owner, 150));
      const before = folders.map((folder) => snapshot(folder));
      let ran: Record<string, string> | undefined;
      w.slurm.onSubmit = (when) => {
        if (when !== "after") return;
        const [, prefix = "", submission = ""] = w.slurm.submitted.at(-1)?.split(":") ?? [];
        const folder = join(w.workRoot, prefix, submission);
        ran = snapshot(folder);
        writeFileSync(join(folder, "result"), ran["job-aws-run.sh"] ?? "");
        const jobId = String(w.slurm.submitted.length);
        void setImmediate().then(() => w.end(jobId, task("COMPLETED")));
      };
      const ends = await Promise.all(
        folders.map((folder, index) =>
          run(client("abc".charAt(index)), folder, { prefix: "shared" }).catch(
            ({ code }: { code: string }) => code,
          ),
        ),
      );
      const winner = ends.findIndex((end) => end !== "active-job");
      expect(ends.filter((end) => end === "active-job")).toHaveLength(2);
      expect(w.slurm.submitted.length).toBe(ends[winner] === 0 ? 1 : 0);
      const record = w.record("shared");
      if (keepsVersions) expect(ends[winner]).toBe(0);
      else expect([0, 3]).toContain(ends[winner]);
      if (ends[winner] === 0) expect(ran).toEqual(before[winner]);
      else expect(record).toMatchObject({ state: "JOB_ERROR", error: { code: "inputs-changed" } });
    },
  );

  test.each([
    [true, 1],
    [true, 4],
    [true, 9],
    [false, 4],
  ])(
    "an agent killed while it stages follows the same manifest (versions kept: %p, file %i)",
    async (keepsVersions, at) => {
      const { w, client, put } = cloud(keepsVersions);
      const agent = await w.start();
      const folder = folderOf("a", 8);
      let fetched = 0;
      let killed = false;
      w.store.before = async (operation) => {
        if (operation !== "getFile" || ++fetched < at) return;
        agent.kill();
        killed = true;
        await new Promise(() => undefined);
      };
      const { submission } = await submitJob(client("a"), folder, { prefix: "shared" });
      await w.until(() => killed);
      w.store.before = () => undefined;
      // A later writer with the same submission id and a manifest of its own is ignored.
      const other = JSON.stringify({ version: 1, inputs: [] });
      for (const key of w.store.objects.keys())
        if (/\/(data|job-aws-run)/.test(key)) await put(key, `b: ${key}`);
      const manifest = (await put("shared/job-aws-manifest.json", other)) ?? "";
      await put("shared/job-aws-stat.txt", "FILE_UPLOAD\n", { metadata: { submission, manifest } });
      await w.start();
      await w.until(() => w.state("shared") !== "FILE_UPLOAD");
      if (keepsVersions) {
        expect(snapshot(join(w.workRoot, "shared", submission))).toEqual(snapshot(folder));
        expect(w.slurm.submitted).toHaveLength(1);
      } else {
        expect(w.slurm.submitted).toHaveLength(0);
        expect(w.record("shared")).toMatchObject({
          outcome: "rejected",
          error: { code: "inputs-changed" },
        });
      }
    },
  );

  test("a manifest that cannot be named ends the submission", async () => {
    const w = world();
    await w.start();
    await w.upload("job1");
    await w.ask("job1", "FILE_UPLOAD", { manifest: 'a"b' });
    await w.until(() => w.state("job1") === "JOB_ERROR");
    expect(w.record("job1")).toMatchObject({
      outcome: "rejected",
      error: { code: "stage-in-failed" },
    });
  });
});
