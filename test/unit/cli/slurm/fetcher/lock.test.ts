import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { takeFetcherLock } from "../../../../../cli/slurm/fetcher/lock.ts";
import { currentSession, isSessionOver } from "../../../../../cli/slurm/fetcher/session.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const NO_FLOCK = { flock: "/nowhere/flock" };

test.each([
  ["by flock", {}],
  ["by a socket where there is no flock", NO_FLOCK],
])("one at a time has the lock, %s; it is free after a release", async (_, options) => {
  const root = temporaryFolder();
  const lock = await takeFetcherLock(root, options);
  expect(lock).toBeDefined();
  expect(await takeFetcherLock(root, options)).toBeUndefined();
  lock?.release();
  const again = await takeFetcherLock(root, options);
  expect(again).toBeDefined();
  again?.release();
});

test("a socket that nobody listens on, and a folder with a long path, keep nobody out", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "fetcher.sock"), "");
  (await takeFetcherLock(root, NO_FLOCK))?.release();
  const long = join(root, "x".repeat(120));
  const lock = await takeFetcherLock(root, NO_FLOCK);
  expect(lock).toBeDefined();
  lock?.release();
  await expect(takeFetcherLock(long, NO_FLOCK)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a child that is handed the open file has the lock until it is killed", async () => {
  const root = temporaryFolder();
  const lock = await takeFetcherLock(root);
  const child = spawn("sleep", ["600"], {
    stdio: ["ignore", "ignore", "ignore", lock?.file ?? "ignore"],
  });
  await once(child, "spawn");
  lock?.release();
  expect(await takeFetcherLock(root)).toBeUndefined();
  child.kill("SIGKILL");
  await once(child, "exit");
  (await takeFetcherLock(root))?.release();
});

test("a session is over when its first process is gone, or another one has its number", async () => {
  const session = currentSession();
  if (session !== undefined) expect(isSessionOver(session)).toBe(false);
  const child = spawn("sleep", ["600"], { stdio: "ignore", detached: true });
  await once(child, "spawn");
  const fields = (pid: number) =>
    readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  const own = `${child.pid}:${fields(child.pid!)[19]}`;
  expect(isSessionOver(own)).toBe(false);
  expect(isSessionOver(`${child.pid}:1`)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isSessionOver(own)).toBe(true);
});

test("a program's name may hold anything; where there is no /proc, there is no session", () => {
  const rest = Array.from({ length: 30 }, (_, n) => `${n}`);
  const line = (session: string) => `5 (a) b (c)) ${["S", "1", "2", session, ...rest].join(" ")}`;
  expect(currentSession(() => line("77"))).toBe("77:15");
  expect(currentSession(() => line("0"))).toBeUndefined();
  const none = () => {
    throw new Error("ENOENT");
  };
  expect(currentSession(none)).toBeUndefined();
});

test("of several that find a socket that nobody listens on, one has the lock", async () => {
  for (let round = 0; round < 10; round++) {
    const root = temporaryFolder();
    writeFileSync(join(root, "fetcher.sock"), "");
    const locks = await Promise.all(
      Array.from({ length: 8 }, () => takeFetcherLock(root, NO_FLOCK)),
    );
    expect(locks.filter((lock) => lock !== undefined)).toHaveLength(1);
    for (const lock of locks) lock?.release();
  }
});
