import { readdirSync } from "node:fs";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { S3Error } from "../../../bucket/s3/s3-error.ts";
import { fetchFiles, fetchOutput } from "../../../cli/verbs/fetch/fetch.ts";
import { FileError } from "../../../protocol/file-error.ts";
import { type ReasonCode, reason } from "../../../protocol/reason.ts";
import { endingJobs } from "../../support/ending-jobs.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const refused = (name: string, status = 403) => new S3Error(name, "refused", { status });

/** Failures of one object, and the code that the user reads then. */
const OF_ONE: readonly [ReasonCode, Error][] = [
  ["object-refused", refused("InvalidObjectState")],
  ["object-refused", refused("AccessDenied")],
  ["object-refused", refused("KMS.DisabledException", 400)],
  ["object-damaged", new FileError("a/x", reason("object-damaged"))],
  ["object-length", new FileError("a/x", reason("object-length"))],
  ["object-changing", new FileError("a/x", reason("object-changing"))],
];

async function fetched(failures: ReadonlyMap<string, Error>) {
  const { context, store, end, out } = endingJobs({ json: true });
  await end("a");
  for (let at = 0; at < 8; at++) await store.put(`a/f${at}`, `${at}`);
  store.before = (_, key) => {
    const failure = failures.get(key);
    if (failure) throw failure;
  };
  const to = temporaryFolder();
  const fetching = fetchFiles(context, "a", { to });
  const error = await fetching.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, out, names: readdirSync(to).filter((name) => name.startsWith("f")) };
}

test("objects that S3 does not give do not hold up the others, and are named", async () => {
  const failing = fc.dictionary(
    fc.integer({ min: 0, max: 7 }).map((at) => `a/f${at}`),
    fc.constantFrom(...OF_ONE),
    { minKeys: 1 },
  );
  await fc.assert(
    fc.asyncProperty(failing, async (wrong) => {
      const failures = new Map(Object.entries(wrong).map(([key, [, error]]) => [key, error]));
      const { error, out, names } = await fetched(failures);
      expect(error).toMatchObject({ code: "transfer" });
      const { skipped, files } = fetchOutput.parse(JSON.parse(out[0] ?? ""));
      const told = Object.fromEntries(skipped.map(({ path, code }) => [`a/${path}`, code]));
      const expected = Object.entries(wrong).map(([key, [code]]) => [key, code]);
      expect(told).toEqual(Object.fromEntries(expected));
      expect(skipped).toHaveLength(expected.length);
      expect([names.length, files]).toEqual([8 - skipped.length, 9 - skipped.length]);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ["a refusal of all", refused("AccessDenied")],
  ["a broken line", new S3Error("NetworkError", "broken")],
  ["credentials that expired", refused("ExpiredToken", 400)],
])("%s ends it with the first", async (_, failure) => {
  const { context, store, end } = endingJobs();
  await end("a");
  for (let at = 0; at < 8; at++) await store.put(`a/f${at}`, `${at}`);
  let isLost = false;
  store.before = (_operation, key) => {
    isLost ||= key.startsWith("a/f");
    if (isLost) throw failure;
  };
  await expect(fetchFiles(context, "a", { to: temporaryFolder() })).rejects.toBe(failure);
});
