import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { namedPrefixes } from "../../../../bucket/tidy/named-prefixes.ts";
import type { KnownRun } from "../../../../protocol/after.ts";
import { task } from "../../../support/fake-slurm.ts";
import { openScene, SCENE_KEY } from "../../../support/open-scene.ts";

const NAMES = Array.from({ length: 40 }, (_, at) => `j${at}`);
const run = (prefix: string, condition: KnownRun["condition"] = "ok"): KnownRun => ({
  prefix,
  submission: `${prefix}-1`,
  condition,
});
const after = NAMES.map((name) => run(name));
const from = NAMES.map((prefix) => ({ prefix, path: "", where: ".", readKey: SCENE_KEY }));

/** Jobs that run, and one whose manifest names all of them. */
async function fanIn(s: ReturnType<typeof openScene>, metadata: Record<string, string> = {}) {
  for (const name of NAMES) {
    await s.submit(name);
    await s.close(name);
    await s.released(name);
    writeFileSync(join(s.folder(name), `${name}.out`), name);
  }
  await s.submit("merge", {}, { after, from }, metadata);
  await s.close("merge");
  await s.submitted("merge");
}

test.each([[{}], [{ after: "j0@j0-1,j1:any@j1-1" }]])(
  "a manifest names more runs than the metadata %j could, and their results come",
  async (metadata) => {
    const s = openScene();
    const { w } = s;
    await w.start();
    await fanIn(s, metadata);
    const [last = "", ...others] = NAMES.toReversed();
    for (const name of others) await s.end(name);
    await w.until(() => w.record("merge")?.waitsFor?.length === 1);
    expect(w.record("merge")?.waitsFor).toEqual([run(last)]);
    expect(w.slurm.released).not.toContain(s.idOf("merge"));
    await s.end(last);
    await s.released("merge");
    for (const name of NAMES) expect(s.file("merge", `${name}.out`)).toBe(name);
    await s.end("merge");
    expect(w.record("merge")?.outcome).toBe("completed");
  },
);

test("one of them that fails ends it", async () => {
  const s = openScene();
  await s.w.start();
  await fanIn(s);
  s.w.end(s.idOf("j33"), { ...task("FAILED"), nodes: "node-1" });
  await s.untilCancelled("merge");
  expect(s.w.record("merge")?.error).toMatchObject({ code: "dependency-failed" });
});

test("with the journal lost, they are waited for all the same", async () => {
  const s = openScene({ patient: true });
  const { w } = s;
  const first = await w.start();
  await fanIn(s);
  first.kill();
  w.loseJournal();
  await w.start();
  for (const name of NAMES.slice(1)) await s.end(name);
  await w.until(() => w.record("merge")?.waitsFor?.length === 1);
  expect(w.slurm.released).not.toContain(s.idOf("merge"));
  await s.end("j0");
  await s.end("merge");
});

test("a submission that is not open cannot have them, and is told so", async () => {
  const s = openScene();
  await s.w.start();
  await s.submit("A", {}, { after: [run("j0")] }, { open: "0" });
  await s.w.until(() => s.w.state("A") === "JOB_ERROR");
  expect(s.w.record("A")?.error).toMatchObject({
    code: "stage-in-failed",
    message: expect.stringContaining("open submissions alone") as unknown,
  });
});

test("what is waited for is not removed", async () => {
  const s = openScene();
  await s.submit("merge", {}, { after });
  const { metadata = {} } = s.w.store.objects.get("merge/job-aws-stat.txt") ?? {};
  expect([...(await namedPrefixes(s.w.store, { prefix: "merge", metadata }))]).toEqual(NAMES);
});
