import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { fetchFiles, fetchOutput } from "../../../../../cli/verbs/fetch/fetch.ts";
import { endingJobs } from "../../../../support/ending-jobs.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

describe("fetch", () => {
  test("brings the files; --json fits its schema", async () => {
    const { context, store, end, out } = endingJobs({ json: true });
    await end("a");
    await store.put("a/result", "42");
    const to = temporaryFolder();
    await fetchFiles(context, "a", { to });
    expect(fetchOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      files: 2,
      skippedCount: 0,
    });
    expect(readFileSync(join(to, "result"), "utf8")).toBe("42");
  });

  test("--json tells of files that cannot be here by code and values", async () => {
    const { context, store, end, out } = endingJobs({ json: true });
    await end("a");
    await store.put(`a/${"x".repeat(256)}`, "x");
    const to = temporaryFolder();
    writeFileSync(join(to, "more"), "");
    await expect(fetchFiles(context, "a", { to, delete: true })).rejects.toMatchObject({
      code: "transfer",
    });
    expect(fetchOutput.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      skipped: [
        { code: "name-too-long", values: { max: "255" }, reason: "a name of more than 255 bytes" },
      ],
      notes: [{ path: ".", code: "nothing-deleted", values: {} }],
    });
  });

  test("says that results are not final, and names what cannot be a file", async () => {
    const { context, store, state, err, out } = endingJobs();
    await state("a", "JOB_SUBMIT");
    await store.put("a/../../etc/passwd", "x");
    await expect(fetchFiles(context, "a", { to: temporaryFolder() })).rejects.toMatchObject({
      code: "transfer",
    });
    expect(err[0]).toMatch(/a is JOB_SUBMIT: these are not its final results/);
    expect(err[1]).toMatch(/^left out /);
    expect(out[0]).toMatch(/^Fetched 0 files/);
  });
});
