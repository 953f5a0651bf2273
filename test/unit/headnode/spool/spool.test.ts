import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { parseEnding, parseRequest } from "../../../../headnode/spool/messages.ts";
import { Spool } from "../../../../headnode/spool/spool.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const spools: Spool[] = [];
afterEach(() => {
  for (const spool of spools.splice(0)) spool.stop();
});

/** A spool that notes what it handles; nothing looks into it but inotify and the test. */
function world() {
  const folder = join(temporaryFolder(), "spool");
  const handled: string[] = [];
  const logged: { level: string; file?: string; error?: string }[] = [];
  const state = { handle: async (_name: string) => undefined as void };
  const spool = new Spool({
    folder,
    rescanMs: 3_600_000,
    log: (level, _message, fields) => void logged.push({ level, ...fields }),
    handle: async (text, name) => {
      await state.handle(name);
      handled.push(`${name}: ${text}`);
    },
  });
  spools.push(spool);
  return { folder, handled, logged, state, spool };
}

/** Something to wait for. */
function gate() {
  let open = () => undefined as void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

test("acts on what was there before it began, and removes it", async () => {
  const w = world();
  mkdirSync(w.folder);
  writeFileSync(join(w.folder, "a"), "1");
  await w.spool.start();
  expect(w.handled).toEqual([]);
  await w.spool.scan();
  expect([w.handled, readdirSync(w.folder)]).toEqual([["a: 1"], []]);
});

test("a file that is still being written is left alone", async () => {
  const w = world();
  await w.spool.start();
  writeFileSync(join(w.folder, ".a"), "1");
  await w.spool.scan();
  expect([w.handled, readdirSync(w.folder)]).toEqual([[], [".a"]]);
});

test("a file that cannot be acted on stays for the next scan, and the others are acted on", async () => {
  const w = world();
  mkdirSync(w.folder);
  w.state.handle = async (name) => {
    if (name === "a") throw new Error("503 SlowDown");
  };
  for (const name of ["a", "b"]) writeFileSync(join(w.folder, name), "1");
  await w.spool.scan();
  expect(readdirSync(w.folder)).toEqual(["a"]);
  expect(w.logged).toContainEqual({
    level: "warn",
    file: "a",
    error: "503 SlowDown",
  });
  w.state.handle = async () => undefined;
  await w.spool.scan();
  expect(w.handled).toContain("a: 1");
  expect(readdirSync(w.folder)).toEqual([]);
});

test("a scan that comes while a file fails has it acted on once more", async () => {
  const w = world();
  mkdirSync(w.folder);
  writeFileSync(join(w.folder, "a"), "1");
  const [begun, held] = [gate(), gate()];
  let tries = 0;
  w.state.handle = async () => {
    tries += 1;
    if (tries > 1) return;
    begun.open();
    await held.opened;
    throw new Error("the job is about to end");
  };
  const first = w.spool.scan();
  await begun.opened;
  await w.spool.scan();
  held.open();
  await first;
  expect([tries, w.handled]).toEqual([2, ["a: 1"]]);
});

test("what is no file is said and left, and nothing else is held up by it", async () => {
  const w = world();
  mkdirSync(join(w.folder, "a folder"), { recursive: true });
  writeFileSync(join(w.folder, "b"), "1");
  // More pipes without a writer than Node.js has threads for files.
  const pipes = ["p1", "p2", "p3", "p4", "p5"];
  for (const name of pipes) spawnSync("mkfifo", [join(w.folder, name)]);
  symlinkSync("/etc/hostname", join(w.folder, "q"));
  await w.spool.scan();
  expect(w.handled).toEqual(["b: 1"]);
  expect(w.logged).toHaveLength(7);
  for (const file of ["a folder", ...pipes, "q"])
    expect(w.logged).toContainEqual({
      level: "warn",
      file,
      error: expect.stringContaining("became something else"),
    });
});

test("what is acted on goes, and that its going is reported, too, is no error", async () => {
  const w = world();
  const isEmpty = () => readdirSync(w.folder).length === 0 || undefined;
  const untilEmpty = () => waitUntil("an empty spool", isEmpty, { deadline: 5000 });
  await w.spool.start();
  writeFileSync(join(w.folder, "a"), "1");
  await untilEmpty();
  // A later file's report comes after that of the removal.
  writeFileSync(join(w.folder, "b"), "2");
  await untilEmpty();
  expect(w.handled.map((file) => file[0])).toEqual(["a", "b"]);
  expect(w.logged).toEqual([]);
});

test("a spool that is gone is an error in the log, not the end of the agent", async () => {
  const w = world();
  await expect(w.spool.scan()).resolves.toBeUndefined();
  expect(w.logged).toEqual([{ level: "error", error: expect.stringContaining("ENOENT") }]);
});

test.each([
  ["no action", "prefix=job1\nsubmission=s1\n"],
  ["an unknown action", "action=format\nprefix=job1\nsubmission=s1\n"],
  ["a prefix that is a path", "action=run\nprefix=../x\nsubmission=s1\n"],
  ["a line end in the prefix", "action=run\nprefix=job1\n\nsubmission=s1 s2\n"],
  ["a requester that is none", "action=run\nprefix=job1\nsubmission=s1\nrequester=$(id)\n"],
  ["nothing", ""],
])("a request with %s is none", (_name, text) => {
  expect(parseRequest(text)).toBeUndefined();
});

test("a request keeps its worth when the command's id makes no sense", () => {
  const text = "action=run\nprefix=job1\nsubmission=s1\nrequester=\ncommand=$(id)\nfurther\n=x\n";
  expect(parseRequest(text)).toEqual({
    action: "run",
    prefix: "job1",
    submission: "s1",
    requester: "",
    command: undefined,
  });
});

test("an ending keeps its worth when its exit makes no sense, and is none without a job", () => {
  expect(parseEnding("job=7\ntask=\nexit=?\n")).toEqual({ job: "7" });
  expect(parseEnding("job=7\ntask=3\nexit=1:0\n")).toEqual({ job: "7", task: 3, exit: "1:0" });
  expect(parseEnding("job=7\ntask=x\n")).toEqual({ job: "7" });
  expect(parseEnding("job=x\n")).toBeUndefined();
});

test("a look that is under way when it stops acts on nothing more: that is for the next agent", async () => {
  const w = world();
  await w.spool.start();
  writeFileSync(join(w.folder, "a"), "1");
  const looking = w.spool.scan();
  w.spool.stop();
  await looking;
  expect([w.handled, readdirSync(w.folder)]).toEqual([[], ["a"]]);
});
