import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { bringResults } from "../../../../../cli/slurm/fetcher/bring-results.ts";
import { Claims } from "../../../../../cli/slurm/fetcher/claims.ts";
import { endJob, sendingWorld, sendJob } from "../../../../support/sent-job.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

function bringing(w: ReturnType<typeof sendingWorld>, claims = new Claims()) {
  const brought: string[] = [];
  const { context, machine, copies } = w;
  const onBrought = (path: string) => void brought.push(path);
  return { context, machine, copies, claims, onBrought, brought };
}

const read = (root: string, path: string) => readFileSync(join(root, path), "utf8");

test("each origin gets its own part, and nothing of the protocol comes", async () => {
  const w = sendingWorld();
  const scripts = temporaryFolder();
  writeFileSync(join(w.root, "in.txt"), "in");
  writeFileSync(join(scripts, "job.sh"), "#!/bin/sh");
  const origins = [
    { path: w.root, at: "" },
    { path: scripts, at: ".cloud-origins/1" },
  ];
  const file = await sendJob(w, { origins });
  await endJob(w, file, {
    "slurm-12.out": "hello",
    "d/r.csv": "1",
    ".cloud-origins/1/job.log": "log",
    "job-aws-sbatch.out": "Submitted batch job 12",
  });
  const ports = bringing(w);
  const { files } = await bringResults(ports, file);
  expect(files).toBe(3);
  expect(readdirSync(w.root).toSorted()).toEqual(["d", "in.txt", "slurm-12.out"]);
  expect(read(w.root, "d/r.csv")).toBe("1");
  expect(readdirSync(scripts).toSorted()).toEqual(["job.log", "job.sh"]);
  expect(ports.brought).toContain(join(scripts, "job.log"));
});

test("what the job printed comes first, then the oldest, whichever folder it is in", async () => {
  const w = sendingWorld();
  const logs = temporaryFolder();
  const origins = [
    { path: w.root, at: "" },
    { path: logs, at: ".cloud-origins/1" },
  ];
  const file = await sendJob(w, { origins });
  await w.store.put(`${file.prefix}/a.done`, "", { metadata: { mtime: "1700000002.25" } });
  await w.store.put(`${file.prefix}/b.out`, "2", { metadata: { mtime: "1700000002" } });
  await w.store.put(`${file.prefix}/c.out`, "1", { metadata: { mtime: "1700000001" } });
  await endJob(w, file, { ".cloud-origins/1/z.log": "log", "y.err": "" }, [
    { stdout: ".cloud-origins/1/z.log", stderr: "y.err" },
  ]);
  const ports = bringing(w);
  await bringResults(ports, file);
  expect(ports.brought).toEqual(
    [join(logs, "z.log"), "y.err", "c.out", "b.out", "a.done"].map((path) => resolve(w.root, path)),
  );
});

test("a file that the user has changed since is kept, and the job's put beside it", async () => {
  const w = sendingWorld();
  writeFileSync(join(w.root, "log"), "before");
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  await endJob(w, file, { log: "the job's" });
  writeFileSync(join(w.root, "log"), "the user's own");
  const { beside } = await bringResults(bringing(w), file);
  expect(beside).toEqual([{ path: join(w.root, "log"), at: join(w.root, "log.fetched") }]);
  expect(read(w.root, "log")).toBe("the user's own");
  expect(read(w.root, "log.fetched")).toBe("the job's");
});

test("of two jobs that wrote one file, the one that ended last has it, in whatever order they come", async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const w = sendingWorld();
    writeFileSync(join(w.root, "state"), "0");
    const origins = [{ path: w.root, at: "" }];
    const files = [await sendJob(w, { id: "1", origins }), await sendJob(w, { id: "2", origins })];
    for (const [n, file] of files.entries()) await endJob(w, file, { state: `of job ${n + 1}` });
    const claims = new Claims();
    for (const n of order) await bringResults(bringing(w, claims), files[n]!);
    expect([order, readdirSync(w.root), read(w.root, "state")]).toEqual([
      order,
      ["state"],
      "of job 2",
    ]);
    const again = new Claims();
    await Promise.all(order.map((n) => bringResults(bringing(w, again), files[n]!)));
    expect(read(w.root, "state")).toBe("of job 2");
  }
});

test("a prefix that another run has by now is an error that does not pass", async () => {
  const w = sendingWorld();
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  await endJob(w, { ...file, submission: "another" }, { r: "1" });
  await expect(bringResults(bringing(w), file)).rejects.toMatchObject({ code: "no-such-job" });
  mkdirSync(join(w.root, "x"));
  await expect(bringResults(bringing(w), { ...file, prefix: "none" })).rejects.toMatchObject({
    code: "no-such-job",
  });
});
