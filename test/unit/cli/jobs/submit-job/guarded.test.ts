import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { writeRecord } from "../../../../../bucket/job-objects/record.ts";
import { writeStatus } from "../../../../../bucket/job-objects/status.ts";
import { reportError } from "../../../../../cli/errors/report-error.ts";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { ja } from "../../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../../cli/messages/say.ts";
import { cancel } from "../../../../../cli/verbs/cancel/cancel.ts";
import { fetchFiles } from "../../../../../cli/verbs/fetch/fetch.ts";
import { status } from "../../../../../cli/verbs/status/status.ts";
import { wait } from "../../../../../cli/verbs/wait/wait.ts";
import { parseManifest } from "../../../../../protocol/manifest.ts";
import { GuardedS3, type Guards } from "../../../../support/guarded-s3.ts";
import { s3Over } from "../../../../support/s3-over.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testContext } from "../../../../support/test-ui.ts";

const servers: GuardedS3[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function scene(guards: Guards, sse?: string) {
  const server = new GuardedS3(guards);
  servers.push(server);
  const store = s3Over(await server.start(), { sse }).store("b");
  const { context, out } = testContext();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "job-aws-run.sh"), "#!/bin/sh\n");
  writeFileSync(join(folder, "data"), "1");
  return { server, store, folder, context: { ...context, bucket: "b", store }, out };
}

/** The lines that a command ends with in both languages, when it fails. */
async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  if (error !== undefined)
    for (const say of [sayEnglish, sayIn(ja.messages)])
      reportError(error, say, { json: false, write });
  return lines.join("\n");
}

/** The submission is over, as the agent says it. */
async function end(store: Parameters<typeof writeStatus>[0], submission: string) {
  await writeRecord(store, {
    version: 1,
    prefix: "j",
    submission,
    state: "JOB_COMPLETE",
    outcome: "completed",
    times: { requested: "2026-11-24T12:00:00Z" },
  });
  await writeStatus(store, "j", "JOB_COMPLETE", { submission });
}

describe("a user who may read and write objects, and not list the bucket", () => {
  const onlyObjects: Guards = { allows: (action) => action !== "s3:ListBucket" };

  test("submits, sees the state and waits", async () => {
    const { store, server, folder, context, out } = await scene(onlyObjects);
    const { submission, files, notes } = await submitJob(context, folder, { prefix: "j" });
    expect({ files, notes }).toMatchObject({ files: 2, notes: [{ code: "not-listed" }] });
    expect(server.objects.get("j/job-aws-stat.txt")!.body.toString()).toBe("FILE_UPLOAD\n");
    expect(
      parseManifest(server.objects.get("j/job-aws-manifest.json")!.body.toString())!.inputs.size,
    ).toBe(2);
    await status(context, "j", {});
    expect(out.join("\n")).toContain("FILE_UPLOAD");
    expect(await cancel(context, ["j"], { wait: false })).toBe(0);
    expect(server.objects.get("j/job-aws-stat.txt")!.body.toString()).toBe("JOB_CANCEL\n");
    await end(store, submission);
    expect(await wait(context, ["j"], {})).toBe(0);
    await status(context, "j", {});
    // The same folder again, under the same prefix: everything is sent once more.
    expect(await submitJob(context, folder, { prefix: "j" })).toMatchObject({ files: 2 });
  });

  test("does not take the place of another one's job that S3 does not show", async () => {
    const { server, folder, context } = await scene({
      allows: (action, key) =>
        action !== "s3:ListBucket" && action !== "s3:GetObject" && key !== "",
    });
    server.put("j/job-aws-stat.txt", Buffer.from("JOB_SUBMIT\n"));
    const told = await failure(submitJob(context, folder, { prefix: "j" }));
    expect(told).toContain("s3:ListBucket");
    expect(server.objects.get("j/job-aws-stat.txt")!.body.toString()).toBe("JOB_SUBMIT\n");
  });

  test.each<
    [
      string,
      (context: Awaited<ReturnType<typeof scene>>["context"], to: string) => Promise<unknown>,
    ]
  >([
    ["the state of a job that may not be there", (context) => status(context, "none", {})],
    ["results", (context, to) => fetchFiles(context, "none", { to })],
  ])("is told of the right that is missing, where it has to be: %s", async (_, work) => {
    const { context } = await scene(onlyObjects);
    const to = join(temporaryFolder(), "to");
    const told = await failure(work(context, to));
    expect(told).toContain("s3:ListBucket");
    expect(told).not.toMatch(/check the credentials|no such job/);
    expect(existsSync(to)).toBe(false);
  });
});

describe("a refusal", () => {
  const SSE = "x-amz-server-side-encryption";

  test("of what a policy demands names the setting, and that setting is enough", async () => {
    const guards = { kms: true, demands: { [SSE]: "aws:kms" } };
    const refused = await scene(guards);
    const told = await failure(submitJob(refused.context, refused.folder, { prefix: "j" }));
    expect(told.match(/--sse/g)).toHaveLength(2);
    expect(told).not.toContain("check the credentials");
    const { server, context, folder } = await scene(guards, "aws:kms");
    await submitJob(context, folder, { prefix: "j" });
    expect(server.objects.has("j/job-aws-stat.txt")).toBe(true);
  });

  test.each(["s3:PutObject", "s3:GetObject"])(
    "for want of %s names it, in S3's words or without any",
    async (missing) => {
      for (const words of [undefined, ""]) {
        const allows = (action: string) => action !== missing;
        const { server, context, folder } = await scene({ allows, words });
        server.put("j/job-aws-stat.txt", Buffer.from("JOB_COMPLETE\n"));
        const told = await failure(submitJob(context, folder, { prefix: "j" }));
        expect(told.split("\n")).toHaveLength(2);
        for (const line of told.split("\n")) expect(line).toContain(missing);
      }
    },
  );

  test("for want of a right on the key names that right", async () => {
    const { context, folder } = await scene({
      allows: (action) => action !== "s3:PutObject",
      words: "kms:GenerateDataKey",
    });
    const told = await failure(submitJob(context, folder, { prefix: "j" }));
    expect(told.match(/ask for kms:GenerateDataKey/g)).toHaveLength(1);
    expect(told).not.toContain("--sse");
  });
});

describe("a bucket that keeps everything", () => {
  test("with Object Lock takes every write", async () => {
    const { server, store, context, folder } = await scene({ objectLock: true });
    writeFileSync(join(folder, "large"), Buffer.alloc(9 << 20));
    const { submission } = await submitJob(context, folder, { prefix: "j" });
    await end(store, submission);
    expect(server.objects.has("j/large")).toBe(true);
  });

  test("that refuses to remove anything: --delete says so, and the job is submitted without it", async () => {
    const { server, context, folder } = await scene({
      allows: (action) => action !== "s3:DeleteObject",
    });
    server.put("j/old", Buffer.from("old"));
    const { notes, deleted } = await submitJob(context, folder, { prefix: "j", delete: true });
    expect({ notes, deleted }).toMatchObject({
      notes: [{ path: "old", code: "not-removed" }],
      deleted: 0,
    });
    const manifest = parseManifest(server.objects.get("j/job-aws-manifest.json")!.body.toString());
    expect([...manifest!.inputs.keys()].toSorted()).toEqual(["data", "job-aws-run.sh"]);
    expect(server.objects.get("j/job-aws-stat.txt")!.body.toString()).toBe("FILE_UPLOAD\n");
  });
});
