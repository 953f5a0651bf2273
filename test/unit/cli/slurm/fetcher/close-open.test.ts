import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type Closing, closeOpen } from "../../../../../cli/slurm/fetcher/close-open.ts";
import { gets, sendingWorld, sendJob } from "../../../../support/sent-job.ts";

type World = ReturnType<typeof sendingWorld>;

/** Closer of jobs; between two looks the next of `changes` is done. */
function closing(w: World, changes: (() => void)[] = []): Closing & { lines: string[] } {
  const lines: string[] = [];
  const sleep = async (ms: number) => {
    w.clock.ms += ms;
    changes.shift()?.();
  };
  return {
    context: { ...w.context, sleep },
    machine: w.machine,
    copies: w.copies,
    log: (line) => void lines.push(line),
    isBrought: () => false,
    lines,
  };
}

const writer = (root: string) => (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Objects that were written since. */
const writesSince = ({ store }: World, count: number) => store.writes.slice(count);

test("a job in a quiet folder is closed with nothing, and nothing is sent again", async () => {
  const w = sendingWorld();
  writer(w.root)("a.txt", "one");
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  const before = w.store.writes.length;
  const began = w.clock.ms;
  await closeOpen(closing(w), file);
  expect(writesSince(w, before)).toEqual(["job12/job-aws-closing.json"]);
  expect(w.clock.ms - began).toBe(600);
});

test("a file that is renamed after sbatch, as submitit does, is there under its new name", async () => {
  const w = sendingWorld();
  writer(w.root)("logs/submission_file_ab.sh", "#!/bin/sh");
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  const rename = () =>
    renameSync(join(w.root, "logs/submission_file_ab.sh"), join(w.root, "logs/12_submission.sh"));
  await closeOpen(closing(w, [rename]), file);
  expect(gets(w.store, file).get("logs/12_submission.sh")?.size).toBe(9);
});

test("other permissions alone send no bytes", async () => {
  const w = sendingWorld();
  writer(w.root)("run", "#!/bin/sh");
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  chmodSync(join(w.root, "run"), 0o755);
  const before = w.store.writes.length;
  await closeOpen(closing(w), file);
  expect(gets(w.store, file).get("run")?.mode).toBe("0755");
  expect(writesSince(w, before)).toEqual(["job12/job-aws-closing.json"]);
});

test("a folder that never rests is sent as it is after ten seconds", async () => {
  const w = sendingWorld();
  const write = writer(w.root);
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  const began = w.clock.ms;
  let count = 0;
  const changes = Array.from(
    { length: 100 },
    () => () => write("log", `${(count += 1)}`.repeat(5)),
  );
  await closeOpen(closing(w, changes), file);
  expect(w.clock.ms - began).toBeLessThan(11_000);
  expect(gets(w.store, file).has("log")).toBe(true);
});

test("of a folder with chosen paths only these are looked at; of one that takes results, nothing", async () => {
  const w = sendingWorld();
  const write = writer(w.root);
  write("in/a", "1");
  const origins = [
    { path: w.root, at: "", only: ["in"] },
    { path: dirname(w.root), at: ".cloud-origins/1", only: [] },
  ];
  const file = await sendJob(w, { origins: [origins[0]!] });
  write("in/b", "2");
  write("other", "3");
  await closeOpen(closing(w), { ...file, origins });
  expect([...gets(w.store, file).keys()].toSorted()).toEqual(["in/a", "in/b"]);
});

test("what the fetcher has brought into the folder meanwhile is not sent with the job", async () => {
  const w = sendingWorld();
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  writer(w.root)("others-result", "1");
  const isBrought = (path: string) => path === join(w.root, "others-result");
  await closeOpen({ ...closing(w), isBrought }, file);
  expect([...gets(w.store, file).keys()]).toEqual([]);
});

test("long after sbatch, nothing that was changed since is sent", async () => {
  const w = sendingWorld();
  const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
  writer(w.root)("later", "1");
  w.clock.ms += 3_600_000;
  await closeOpen(closing(w), file);
  expect(w.store.objects.has("job12/job-aws-closing.json")).toBe(true);
  expect(gets(w.store, file).size).toBe(0);
});

/** A change in a folder with few names. */
const name = fc.constantFrom("a", "b", "d/c", "d/e");
const change = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), path: name, text: fc.string({ maxLength: 3 }) }),
  fc.record({ kind: fc.constant("rename" as const), path: name, to: name }),
  fc.record({ kind: fc.constant("remove" as const), path: name }),
  fc.record({ kind: fc.constant("mode" as const), path: name }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(root: string, one: Change): void {
  const path = join(root, one.path);
  try {
    if (one.kind === "write") writer(root)(one.path, one.text);
    else if (one.kind === "remove") rmSync(path, { force: true });
    else if (one.kind === "mode") chmodSync(path, 0o755);
    else {
      mkdirSync(dirname(join(root, one.to)), { recursive: true });
      renameSync(path, join(root, one.to));
    }
  } catch {
    // There is no such file.
  }
}

test("whatever happens between the looks, the job gets what the folder holds at the last one", async () => {
  const run = async (before: Change[], since: Change[]) => {
    const w = sendingWorld();
    for (const one of before) apply(w.root, one);
    const file = await sendJob(w, { origins: [{ path: w.root, at: "" }] });
    const changes = since.map((one) => () => apply(w.root, one));
    await closeOpen(closing(w, changes), file);
    const inputs = gets(w.store, file);
    for (const path of ["a", "b", "d/c", "d/e"]) {
      if (!existsSync(join(w.root, path))) continue;
      const object = w.store.objects.get(`${file.prefix}/${path}`);
      const text = readFileSync(join(w.root, path), "utf8");
      expect([path, object?.body.toString()]).toEqual([path, text]);
      expect(inputs.get(path)?.etag).toBe(object?.etag);
    }
  };
  const changes = (maxLength: number) => fc.array(change, { maxLength });
  await fc.assert(fc.asyncProperty(changes(8), changes(12), run), { numRuns: 40 });
});
