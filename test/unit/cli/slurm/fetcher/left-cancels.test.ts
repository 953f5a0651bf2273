import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { writeStatus } from "../../../../../bucket/job-objects/status.ts";
import { LeftCancels } from "../../../../../cli/slurm/fetcher/left-cancels.ts";
import { isAnyLeft } from "../../../../../cli/slurm/fetcher/left-work.ts";
import { scancel } from "../../../../../cli/slurm/fetcher/scancel.ts";
import { scancelCall } from "../../../../../cli/slurm/fetcher/scancel-args.ts";
import { JobFiles } from "../../../../../cli/slurm/job-files.ts";
import { pendingCancels } from "../../../../../cli/slurm/pending-cancels.ts";
import { jobFile } from "../../../../support/sent-job.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testContext } from "../../../../support/test-ui.ts";

const ARRAY = "1-4";

/** Jobs that were sent, each an array; a scancel that can be killed after any of its requests, and a fetcher. */
async function scene(count: number) {
  const test = testContext();
  const root = temporaryFolder();
  const ids = Array.from({ length: count }, (_, at) => `${at + 1}`);
  for (const id of ids) {
    const { asked } = jobFile();
    const file = jobFile({ id, asked: { ...asked, array: ARRAY } });
    await new JobFiles(root).write(file);
    const { submission } = file;
    await writeStatus(test.store, file.prefix, "JOB_SUBMIT", { submission });
  }
  const pending = pendingCancels(root);
  const logged: string[] = [];
  const left = new LeftCancels({
    context: test.context,
    pending,
    log: (line) => void logged.push(line),
  });
  const told: string[] = [];
  const ports = {
    tell: (line: string) => void told.push(line),
    ask: undefined,
    user: { name: "taro", uid: 1000 },
    userExists: async () => true,
    latest: async () => [],
  };
  const call = (argv: readonly string[]) =>
    scancel({ context: test.context, folders: { root, jobs: root } }, scancelCall(argv, {}), ports);
  const killed = new Error("killed");
  const noted = () => readdirSync(join(root, "cancels"));
  /** Of a request from this one on nothing comes back, and its process is gone. */
  const killAfter = async (requests: number, argv: readonly string[]) => {
    let done = 0;
    const { before } = test.store;
    const hangs = new Promise<void>((resolve) => {
      test.store.before = () =>
        done++ < requests ? undefined : (resolve(), new Promise(() => {}));
    });
    await Promise.race([call(argv), hangs]);
    test.store.before = before;
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    for (const name of noted()) {
      const path = join(root, "cancels", name);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace(`"${process.pid}:`, `"${child.pid}:`));
    }
  };
  const status = (id: string) => test.store.objects.get(`job${id}/job-aws-stat.txt`)!;
  const state = (id: string) => status(id).body.toString().trim();
  return {
    ...test,
    ids,
    root,
    pending,
    left,
    logged,
    killed,
    call,
    killAfter,
    noted,
    status,
    state,
  };
}

test("wherever a scancel is killed, the fetcher asks for what it had no time for, once", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 12 }), fc.boolean(), async (requests, isPart) => {
      const s = await scene(5);
      const chosen = s.ids.slice(0, 4);
      await s.killAfter(requests, isPart ? chosen.map((id) => `${id}_[2-3]`) : chosen);
      const before = chosen.filter((id) => s.state(id) === "JOB_CANCEL");
      // Those of a part that were asked for have been answered meanwhile.
      const answered = isPart ? before : [];
      for (const id of answered) {
        const { submission } = jobFile({ id });
        await writeStatus(s.store, `job${id}`, "JOB_SUBMIT", { submission });
      }
      expect(await isAnyLeft({ root: s.root })).toBe(s.noted().length > 0);
      expect(await s.left.look()).toBe(false);
      expect(s.noted()).toEqual([]);
      for (const id of chosen.filter((one) => !answered.includes(one))) {
        const { tasks } = s.status(id).metadata;
        expect([s.state(id), tasks]).toEqual(["JOB_CANCEL", isPart ? "2-3" : undefined]);
      }
      expect(s.state("5")).toBe("JOB_SUBMIT");
      expect(s.logged).toEqual([]);
      expect(await s.left.look()).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test("one that is at it is left alone", async () => {
  const s = await scene(2);
  let looked: boolean | undefined;
  s.store.before = async (operation) => {
    if (operation !== "put") return;
    s.store.before = () => undefined;
    s.requests.length = 0;
    looked = await s.left.look();
    expect(s.requests).toEqual([]);
    expect(await isAnyLeft({ root: s.root })).toBe(false);
  };
  expect(await s.call(s.ids)).toBe(0);
  expect([looked, s.noted()]).toEqual([true, []]);
});

test("a signal is not sent once more", async () => {
  const s = await scene(2);
  const noted: number[] = [];
  s.store.before = async () => void noted.push((await s.pending.list()).length);
  await s.call(["-s", "USR1", ...s.ids]);
  expect(noted).toEqual(noted.map(() => 0));
});

test("what S3 refuses is told and tried again, later each time; what can never be is given up", async () => {
  const s = await scene(1);
  await s.killAfter(1, ["1"]);
  let isDown = true;
  s.store.before = () => {
    if (isDown) throw Object.assign(new Error("down"), { $metadata: { httpStatusCode: 503 } });
  };
  expect(await s.left.look()).toBe(true);
  expect(s.logged).toHaveLength(1);
  expect(await s.left.look()).toBe(true);
  expect(s.logged).toHaveLength(1);
  isDown = false;
  await s.context.sleep(2_000);
  expect(await s.left.look()).toBe(false);
  expect(s.state("1")).toBe("JOB_CANCEL");
});

test("one job that cannot be asked for holds no other up, and is given up", async () => {
  const s = await scene(30);
  const tasks = Array.from({ length: 500 }, (_, at) => 2 * at);
  await s.killAfter(0, s.ids);
  const [name] = s.noted();
  const path = join(s.root, "cancels", name!);
  const note = JSON.parse(readFileSync(path, "utf8"));
  note.jobs[0].tasks = tasks;
  writeFileSync(path, JSON.stringify(note));
  expect(await s.left.look()).toBe(false);
  expect(s.ids.filter((id) => s.state(id) === "JOB_CANCEL")).toEqual(s.ids.slice(1));
  expect(s.logged).toEqual([expect.stringContaining("job1: ")]);
});

test("one that is still at an earlier request is waited for, and holds nothing up", async () => {
  const s = await scene(2);
  expect(await s.call(["1_1"])).toBe(0);
  await s.killAfter(0, ["1_[2-3]", "2"]);
  const before = s.context.now().getTime();
  expect(await s.left.look()).toBe(true);
  expect(s.context.now().getTime()).toBe(before);
  expect([s.status("1").metadata["tasks"], s.state("2")]).toEqual(["1", "JOB_CANCEL"]);
  // The agent has answered.
  const { submission } = jobFile({ id: "1" });
  await writeStatus(s.store, "job1", "JOB_SUBMIT", { submission });
  await s.context.sleep(2_000);
  s.requests.length = 0;
  expect(await s.left.look()).toBe(false);
  expect([s.status("1").metadata["tasks"], s.requests.length, s.noted()]).toEqual(["2-3", 2, []]);
});

test("where nothing can be noted, they are cancelled all the same", async () => {
  const s = await scene(2);
  writeFileSync(join(s.root, "cancels"), "");
  expect(await s.call(s.ids)).toBe(0);
  expect(s.ids.map(s.state)).toEqual(["JOB_CANCEL", "JOB_CANCEL"]);
});
