import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { writeInputManifest } from "../../../../../bucket/job-objects/manifest.ts";
import { newMachine } from "../../../../../bucket/machine.ts";
import { Extent, TakesLong } from "../../../../../headnode/steps/extent.ts";
import type { StepPorts } from "../../../../../headnode/steps/ports.ts";
import { stageIn } from "../../../../../headnode/steps/stage-in.ts";
import { jobEntry } from "../../../../support/job-entry.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const KEY = "the-first-ones-key-of-128-bits-and-more";

/** A job that takes so many results of another one, and the step that stages it. */
async function scene(results: number) {
  const store = new MemoryStore();
  const metadata = { "read-key": KEY, "cloud-submit-writer": "agent" };
  const result = (at: number, text: string) => store.put(`first/out/${at}`, text, { metadata });
  for (let at = 0; at < results; at++) await result(at, "old");
  const etag = (await store.put("second/job-aws-run.sh", "#!/bin/sh\n")) ?? "";
  const script = { path: "job-aws-run.sh", size: 10, etag };
  const from = [{ prefix: "first", path: "out", readKey: KEY }];
  const manifest = await writeInputManifest(store, "second", [script], { from });
  const home = temporaryFolder();
  const workRoot = join(home, "work");
  mkdirSync(workRoot);
  const entry = jobEntry({ prefix: "second", manifest });
  const ports = { home, workRoot, store, machine: newMachine(), now: () => new Date() };
  const step = stageIn();
  return {
    store,
    result,
    call: (extent?: Extent) => step(entry, { ...ports, extent } as unknown as StepPorts),
    staged: (at: number) => readFileSync(join(workRoot, "second/s1/out", `${at}`), "utf8"),
  };
}

test("results of others that are many are decided in the place where they are carried: nothing of them is kept until then", async () => {
  const { call, result, staged } = await scene(1001);
  await expect(call(new Extent())).rejects.toBeInstanceOf(TakesLong);
  await result(1000, "new");
  expect(await call()).toMatchObject({ phase: "staged" });
  expect([staged(999), staged(1000)]).toEqual(["old", "new"]);
});

test("no more of many is looked at in a place for few than shows that they are many", async () => {
  const { call, store } = await scene(3000);
  store.requests = {};
  await expect(call(new Extent())).rejects.toBeInstanceOf(TakesLong);
  expect(store.requests["get"]).toBeLessThan(1200);
});

test("those that were decided stay so, when a place for few has had trouble with them", async () => {
  const { call, result, staged, store } = await scene(3);
  store.before = (operation) => {
    if (operation === "getFile") throw new Error("S3 is away");
  };
  await expect(call(new Extent())).rejects.toThrow("S3 is away");
  store.before = () => undefined;
  await result(2, "new");
  expect(await call(new Extent())).toMatchObject({ phase: "staged" });
  expect(staged(2)).toBe("old");
});
