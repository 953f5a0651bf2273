import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { CommandError } from "../../../../cli/errors/command-error.ts";
import { reportError } from "../../../../cli/errors/report-error.ts";
import { type SubmitOptions, submitJob } from "../../../../cli/jobs/submit-job.ts";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { MANIFEST_MAX_BYTES, parseManifest } from "../../../../protocol/manifest.ts";
import { parseSbatchMetadata, SBATCH_METADATA } from "../../../../protocol/sbatch-options.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext } from "../../../support/test-ui.ts";

/** The manifest says this of the files of jobFolder besides their content. */
const STATS = { mode: "0644", mtime: "1.000000000" };

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
    expect(store.writes.slice(2)).toEqual(["job1/job-aws-manifest.json", "job1/job-aws-stat.txt"]);
    expect(store.writes.slice(0, 2).toSorted()).toEqual(["job1/data", "job1/job-aws-run.sh"]);
    const manifest = store.objects.get("job1/job-aws-manifest.json");
    expect(store.text("job1/job-aws-stat.txt")).toBe("FILE_UPLOAD\n");
    expect(store.objects.get("job1/job-aws-stat.txt")?.metadata).toEqual({
      submission: "20261124T120000Z-000001000002",
      submitter: "???@host",
      links: "keep",
      manifest: manifest?.etag,
      "manifest-version": manifest?.versionId,
    });
  });

  test("the manifest names each object, sent or there already, and no other", async () => {
    const { store, submit } = submitting();
    const folder = jobFolder();
    await submit(folder);
    await store.put("job1/job-aws-stat.txt", "JOB_COMPLETE\n");
    await store.put("job1/result", "of the job before");
    writeFileSync(join(folder, "data"), "2");
    for (const name of ["data", "job-aws-run.sh"]) {
      chmodSync(join(folder, name), 0o644);
      utimesSync(join(folder, name), 1, 1);
    }
    mkdirSync(join(folder, "empty"));
    await submit(folder);
    const { etag, versionId } = store.objects.get("job1/data")!;
    const text = store.text("job1/job-aws-manifest.json") ?? "";
    expect([...(parseManifest(text)?.inputs.values() ?? [])]).toEqual([
      { ...STATS, path: "data", size: 1, etag, version: versionId },
      {
        path: "empty/",
        size: 0,
        etag: "d41d8cd98f00b204e9800998ecf8427e",
        version: store.objects.get("job1/empty/")?.versionId,
      },
      // A listing tells no versions.
      {
        ...STATS,
        path: "job-aws-run.sh",
        size: 10,
        etag: store.objects.get("job1/job-aws-run.sh")?.etag,
      },
    ]);
  });

  test("costs one PUT more than its files and the state", async () => {
    const { store, submit } = submitting();
    const folder = jobFolder();
    for (let n = 0; n < 30; n++) writeFileSync(join(folder, `file${n}`), `${n}`);
    await submit(folder);
    expect(store.requests).toEqual({ get: 1, list: 1, put: 32 + 1 + 1 });
    await store.put("job1/job-aws-stat.txt", "JOB_COMPLETE\n");
    store.requests = {};
    await submit(folder, { delete: true });
    expect(store.requests).toEqual({ get: 1, list: 1, put: 1 + 1 });
  });

  test("the metadata fits S3's 2 KB, with everything in it as long as it can be", async () => {
    const { context, store } = testContext();
    const option = `--comment=${"x".repeat(1536 - '["--job-name="]'.length)}`.replace(
      "comment",
      "job-name",
    );
    store.before = () => undefined;
    await submitJob({ ...context, submitter: "s".repeat(300) }, jobFolder(), {
      prefix: "job1",
      sbatchOptions: [option],
    });
    const { metadata } = store.objects.get("job1/job-aws-stat.txt")!;
    const bytes = Object.entries(metadata).reduce((sum, [k, v]) => sum + k.length + v.length, 0);
    // S3's version ids have 32 characters, the memory's fewer.
    expect(bytes + 32).toBeLessThanOrEqual(2048);
    expect(metadata.manifest).toBeDefined();
  });

  test("a folder with too many files for a manifest is submitted without one, and says so", async () => {
    const { store, submit } = submitting();
    const long = "n".repeat(200);
    const folder = jobFolder();
    writeFileSync(join(folder, long), "1");
    // S3's answer makes the manifest too long.
    const putFile = store.putFile.bind(store);
    store.putFile = async (path, key, size, options) => {
      const etag = await putFile(path, key, size, options);
      if (key.endsWith(long)) options?.onVersion?.("v".repeat(MANIFEST_MAX_BYTES));
      return etag;
    };
    expect(await submit(folder)).toMatchObject({ notes: [{ path: ".", code: "no-manifest" }] });
    expect(store.text("job1/job-aws-manifest.json")).toBeUndefined();
    expect(store.objects.get("job1/job-aws-stat.txt")?.metadata).not.toHaveProperty("manifest");
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
    expect(store.writes).toEqual([
      "job1/data",
      "job1/job-aws-manifest.json",
      "job1/job-aws-stat.txt",
    ]);
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

  test("says why before the end of a name that is too long for S3", async () => {
    const { submit } = submitting();
    const folder = jobFolder();
    const names = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(250));
    mkdirSync(join(folder, ...names), { recursive: true });
    writeFileSync(join(folder, ...names, "end"), "x");
    const error = (await submit(folder).catch((thrown: unknown) => thrown)) as CommandError;
    expect(error.message).toMatch(
      /^nothing submitted: "a{100}….{60}" cannot be uploaded: an object/,
    );
    expect(error.skipped).toMatchObject([{ path: names.join("/"), code: "key-too-long" }]);
  });

  test("says of a file that was removed meanwhile that it is gone, and to run it again", async () => {
    const { store, submit } = submitting();
    const folder = jobFolder();
    writeFileSync(join(folder, "scratch"), "x");
    store.before = (operation, key) => {
      if (operation === "put" && key.endsWith("/scratch"))
        rmSync(join(folder, "scratch"), { force: true });
    };
    await expect(submit(folder)).rejects.toThrow(
      /"scratch" cannot be uploaded: it was removed meanwhile; run the command again, or /,
    );
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
