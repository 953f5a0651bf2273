import { mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { takeFetcherLock } from "../../../../../cli/slurm/fetcher/lock.ts";
import { settingFlags } from "../../../../../cli/slurm/fetcher/setting-flags.ts";
import { startFetcher } from "../../../../../cli/slurm/fetcher/start.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testContext } from "../../../../support/test-ui.ts";

/** A user without a fetcher. */
function scene() {
  const cwd = temporaryFolder();
  const root = join(cwd, "state");
  mkdirSync(root);
  const test = testContext();
  const folders = { root, jobs: join(root, "jobs") };
  const slurm = { context: test.context, folders, env: {}, cwd };
  return { ...test, root, cwd, slurm };
}

test("the fetcher that is there is woken, without a request", async () => {
  const { slurm, root, requests } = scene();
  const lock = await takeFetcherLock(root);
  const wake = join(root, "wake");
  writeFileSync(wake, "");
  utimesSync(wake, 0, 0);
  await startFetcher(slurm);
  expect(statSync(wake).mtimeMs).toBeGreaterThan(0);
  expect(requests).toEqual([]);
  lock?.release();
});

test("one that cannot be started is told of, and leaves the lock free", async () => {
  const { slurm, root, cwd, err } = scene();
  writeFileSync(join(cwd, "cloud-submit.json"), "{");
  await startFetcher(slurm);
  expect(err).toHaveLength(1);
  const lock = await takeFetcherLock(root);
  expect(lock).toBeDefined();
  lock?.release();
});

test("the caller's settings go along: those of its folder, too, with paths that hold elsewhere", () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "cloud-submit.json"), '{"region": "eu-west-1", "sseCKey": "keys/a"}');
  const env = { CLOUD_SUBMIT_BUCKET: "other", CLOUD_SUBMIT_LIMIT_RATE: "2M" };
  expect(settingFlags({ env, cwd, bucket: "b" }).toSorted()).toEqual([
    "--bucket=b",
    "--limit-rate=2M",
    "--region=eu-west-1",
    `--sse-c-key=${join(cwd, "keys/a")}`,
  ]);
});
