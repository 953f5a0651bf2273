import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { reportError } from "../../../../cli/errors/report-error.ts";
import { type SubmitOptions, submitJob } from "../../../../cli/jobs/submit-job.ts";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { parseSbatchMetadata, SBATCH_METADATA } from "../../../../protocol/sbatch-options.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext } from "../../../support/test-ui.ts";

function jobFolder(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "job-aws-run.sh"), "#!/bin/sh\n");
  writeFileSync(join(folder, "job-aws-stat.txt"), "JOB_COMPLETE\n");
  writeFileSync(join(folder, "data"), "1");
  return folder;
}

/** Submits, on a bucket in memory. */
function submitting() {
  const { context, store } = testContext();
  const submit = (folder: string, options: SubmitOptions = {}) =>
    submitJob({ ...context, submitter: "利用者@host" }, folder, { prefix: "job1", ...options });
  store.before = () => undefined;
  return { store, submit };
}

describe("submitJob", () => {
  test("writes FILE_UPLOAD last, with its id; the folder's own protocol files stay", async () => {
    const { store, submit } = submitting();
    await submit(jobFolder());
    expect(store.writes.at(-1)).toBe("job1/job-aws-stat.txt");
    expect(store.writes.toSorted()).toEqual([
      "job1/data",
      "job1/job-aws-run.sh",
      "job1/job-aws-stat.txt",
    ]);
    expect(store.text("job1/job-aws-stat.txt")).toBe("FILE_UPLOAD\n");
    expect(store.objects.get("job1/job-aws-stat.txt")?.metadata).toEqual({
      submission: "20261124T120000Z-000001000002",
      submitter: "???@host",
      links: "keep",
    });
  });

  test("options for sbatch go with FILE_UPLOAD, and with this one only", async () => {
    const { store, submit } = submitting();
    const folder = jobFolder();
    await submit(folder, { sbatchOptions: ["-N", "2", "--job-name=夜"] });
    const metadata = () => store.objects.get("job1/job-aws-stat.txt")?.metadata ?? {};
    expect(metadata()[SBATCH_METADATA]).toMatch(/^[\x21-\x7e]+$/);
    expect(parseSbatchMetadata(metadata())).toEqual(["--nodes=2", "--job-name=夜"]);
    await store.put("job1/job-aws-stat.txt", "JOB_COMPLETE\n");
    await submit(folder);
    expect(parseSbatchMetadata(metadata())).toEqual([]);
  });

  test("an option that sbatch is not to get is refused before anything is written", async () => {
    const { store, submit } = submitting();
    await expect(submit(jobFolder(), { sbatchOptions: ["--wrap=true"] })).rejects.toMatchObject({
      code: "bad-option",
    });
    expect(store.writes).toEqual([]);
  });

  test("sends again only what has changed", async () => {
    const { store, submit } = submitting();
    const folder = jobFolder();
    await submit(folder);
    await store.put("job1/job-aws-stat.txt", "JOB_COMPLETE\n");
    store.writes.length = 0;
    writeFileSync(join(folder, "data"), "2");
    expect(await submit(folder)).toMatchObject({ files: 1, unchanged: 1 });
    expect(store.writes).toEqual(["job1/data", "job1/job-aws-stat.txt"]);
  });

  test.each(["FILE_UPLOAD", "JOB_SUBMIT", "JOB_CANCEL"])(
    "touches nothing while the job is %s",
    async (state) => {
      const { store, submit } = submitting();
      await store.put("job1/job-aws-stat.txt", state);
      await expect(submit(jobFolder())).rejects.toMatchObject({
        code: "active-job",
      });
      expect(store.writes).toHaveLength(1);
    },
  );

  test("submits nothing when a file cannot be uploaded, and names it", async () => {
    const { store, submit } = submitting();
    const folder = jobFolder();
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff])]), "x");
    const error = await submit(folder).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/nothing submitted: .* not UTF-8/);
    const lines: string[] = [];
    reportError(error, sayEnglish, { json: true, write: (line) => void lines.push(line) });
    expect(JSON.parse(lines.join(""))).toMatchObject({
      error: { code: "transfer", skipped: [{ path: "\ufffd", code: "name-not-utf8", values: {} }] },
    });
    expect(store.writes).not.toContain("job1/job-aws-stat.txt");
  });

  test.each([
    ["bad-prefix", jobFolder(), "a b"],
    ["no-script", temporaryFolder(), "job1"],
    ["usage", "/no/such/folder", "job1"],
  ])("refuses with %s before it writes anything", async (code, folder, prefix) => {
    const { store, submit } = submitting();
    await expect(submit(folder, { prefix })).rejects.toMatchObject({ code });
    expect(store.writes).toEqual([]);
  });
});
