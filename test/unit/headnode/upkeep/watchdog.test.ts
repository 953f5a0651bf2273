import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { agentConfig } from "../../../../headnode/config.ts";
import { notifySystemd, Watchdog } from "../../../../headnode/upkeep/watchdog.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** A watchdog whose beats are counted. */
function world(notify = async () => undefined as void) {
  const home = temporaryFolder();
  const w = { home, beats: 0, logged: [] as unknown[], begin: () => dog() };
  const dog = () =>
    new Watchdog({
      home,
      everyMs: 2,
      notify: async () => {
        w.beats += 1;
        await notify();
      },
      log: (level) => void w.logged.push(level),
    });
  return w;
}

const until = (what: string, condition: () => boolean) =>
  waitUntil(what, () => condition() || undefined, { deadline: 10_000 });

test("beats while the agent's work goes on, and no more when it is stopped", async () => {
  const w = world();
  const dog = w.begin();
  await until("three beats", () => w.beats >= 3);
  dog.stop();
  const { beats } = w;
  // Nothing comes that could be awaited; ten turns of its timer would show.
  await sleep(20);
  expect(w.beats).toBeLessThanOrEqual(beats + 1);
});

test("does not beat while all threads for files wait", async () => {
  const w = world();
  const pipe = join(w.home, "pipe");
  spawnSync("mkfifo", [pipe]);
  // As many as Node.js has threads: each waits for a writer.
  const waiting = Array.from({ length: 4 }, () => open(pipe, "r"));
  const dog = w.begin();
  // As above.
  await sleep(50);
  expect(w.beats).toBe(0);
  openSync(pipe, "w");
  for (const file of await Promise.all(waiting)) await file.close();
  await until("a beat", () => w.beats > 0);
  dog.stop();
});

test("goes on when systemd cannot be told", async () => {
  const w = world(async () => {
    throw new Error("there is no systemd-notify");
  });
  const dog = w.begin();
  await until("three beats", () => w.beats >= 3);
  dog.stop();
  expect(w.logged).toContain("warn");
});

test("what systemd hears is WATCHDOG=1, from systemd-notify itself", async () => {
  const socket = join(temporaryFolder(), "notify");
  const program = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
print(s.recv(4096).decode(), flush=True)
# The next message is a barrier: its descriptor is closed unseen.
s.recv(4096)
`;
  const listener = spawn("python3", ["-c", program, socket], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let heard = "";
  listener.stdout.on("data", (bytes) => void (heard += String(bytes)));
  await until("a bound socket", () => heard.includes("bound"));
  const ended = once(listener, "exit");
  await notifySystemd({ socket, path: process.env["PATH"] });
  await ended;
  expect(heard).toBe("bound\nWATCHDOG=1\n");
});

test("a systemd-notify that fails, or is not there, is an error", async () => {
  const target = { socket: join(temporaryFolder(), "none"), path: process.env["PATH"] };
  await expect(notifySystemd(target)).rejects.toThrow("systemd-notify ended with 1");
  await expect(notifySystemd(target, "/no/such/program")).rejects.toMatchObject({ code: "ENOENT" });
});

test("is wanted when systemd says so, six times as often as has to be", () => {
  const env = { CLOUD_SUBMIT_BUCKET: "jobs", PATH: "/usr/bin" };
  expect(agentConfig(env).watchdog).toBeUndefined();
  const asked = { ...env, NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "180000000" };
  expect(agentConfig(asked).watchdog).toEqual({
    socket: "/run/systemd/notify",
    path: "/usr/bin",
    everyMs: 30_000,
  });
  expect(agentConfig(asked).slurmEnv).toEqual({ PATH: "/usr/bin" });
});
