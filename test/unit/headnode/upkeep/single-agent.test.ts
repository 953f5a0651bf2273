import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { lockHome } from "../../../../headnode/upkeep/single-agent.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/**
 * A program that, told so, takes the lock of each of its arguments in turn, says how it went, and lives on. Told
 * "child", it starts a program that outlives it.
 */
async function bundled(): Promise<string> {
  const outfile = join(temporaryFolder(), "agent.mjs");
  await build({
    stdin: {
      contents: `
        import { spawn } from "node:child_process";
        import { createInterface } from "node:readline";
        import { lockHome } from "./single-agent.ts";
        const homes = process.argv.slice(2);
        console.log("ready");
        for await (const told of createInterface(process.stdin))
          if (told === "child")
            console.log(spawn("sleep", ["600"], { stdio: "ignore", detached: true }).pid);
          else console.log(await lockHome(homes.shift()).then(() => "held", (error) => error.code));`,
      resolveDir: fileURLToPath(new URL("../../../../headnode/upkeep", import.meta.url)),
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
  });
  return outfile;
}

/** Another agent that works in a home; `tell` returns what it answers. */
async function agentIn(home: string) {
  const agent = spawn(process.execPath, [await bundled(), home], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(agent);
  const lines = createInterface(agent.stdout)[Symbol.asyncIterator]();
  const tell = async (what: string) => {
    agent.stdin.write(`${what}\n`);
    return String((await lines.next()).value);
  };
  await lines.next();
  expect(await tell("lock")).toBe("held");
  return { agent, tell, pid: agent.pid ?? 0 };
}

const lockOf = (home: string) => join(home, "agent.lock");
const holderOf = (home: string) => Number(readFileSync(lockOf(home), "utf8"));

describe("lockHome", () => {
  test("the second agent in a home is told who is there, and where; the first one goes on", async () => {
    const home = temporaryFolder();
    await lockHome(home);
    await expect(lockHome(home)).rejects.toMatchObject({
      code: "config",
      message: `another agent, process ${process.pid}, works in ${home}`,
    });
    expect(holderOf(home)).toBe(process.pid);
  });

  test("another process that lives holds its lock", async () => {
    const home = temporaryFolder();
    const { pid } = await agentIn(home);
    await expect(lockHome(home)).rejects.toThrow(`process ${pid},`);
    expect(holderOf(home)).toBe(pid);
  });

  test("a released home can be taken again, and nothing but the lock is ever left in it", async () => {
    const home = temporaryFolder();
    const release = await lockHome(home);
    release();
    (await lockHome(home))();
    expect(readdirSync(home)).toEqual(["agent.lock"]);
  });

  test("two homes have an agent each", async () => {
    await lockHome(temporaryFolder());
    await expect(lockHome(temporaryFolder())).resolves.toBeInstanceOf(Function);
  });

  test("the lock of a process that was killed is free, whatever it has started lives on", async () => {
    const home = temporaryFolder();
    const { agent, tell } = await agentIn(home);
    const child = Number(await tell("child"));
    try {
      agent.kill("SIGKILL");
      await once(agent, "exit");
      process.kill(child, 0);
      await lockHome(home);
      expect(holderOf(home)).toBe(process.pid);
    } finally {
      process.kill(child, "SIGKILL");
    }
  });

  test("an agent that is dead, and whose parent has not looked at it yet, holds nothing", async () => {
    const home = temporaryFolder();
    const program = await bundled();
    // The shell starts an agent, which is told to take the lock, and becomes a program that reaps no child.
    const script = '(echo lock; exec sleep 600) | "$0" "$1" "$2" & echo $!; exec sleep 600';
    const parent = spawn("sh", ["-c", script, process.execPath, program, home], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    try {
      const lines = createInterface(parent.stdout ?? process.stdin)[Symbol.asyncIterator]();
      const said = [await lines.next(), await lines.next(), await lines.next()];
      const pid = Number(said.map(({ value }) => String(value)).find((line) => /^\d+$/.test(line)));
      await expect(lockHome(home)).rejects.toThrow(`process ${pid},`);
      process.kill(pid, "SIGKILL");
      // Its first thread is a zombie before the others have ended.
      const isOver = () =>
        / Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")) &&
        readdirSync(`/proc/${pid}/task`).length === 1;
      // Nothing tells of a process that is dead and not looked at.
      while (!isOver()) await sleep(1);
      await lockHome(home);
      expect(holderOf(home)).toBe(process.pid);
    } finally {
      process.kill(-(parent.pid ?? 0), "SIGKILL");
    }
  });

  test.each(["", "\n", "what is this\n", "0 0\n", "1\n", `${process.ppid}\n`])(
    "what stands in a lock that nobody holds (%j) is of no matter",
    async (text) => {
      const home = temporaryFolder();
      writeFileSync(lockOf(home), text);
      await lockHome(home);
      expect(holderOf(home)).toBe(process.pid);
    },
  );

  test("a home that is not there is an error, and is not made", async () => {
    const home = join(temporaryFolder(), "none");
    await expect(lockHome(home)).rejects.toMatchObject({ code: "ENOENT" });
    expect(existsSync(home)).toBe(false);
  });

  test("a lock that cannot be read is an error: it might be somebody's", async () => {
    const home = temporaryFolder();
    mkdirSync(lockOf(home));
    await expect(lockHome(home)).rejects.toMatchObject({ code: "EISDIR" });
    expect(readdirSync(home)).toEqual(["agent.lock"]);
  });

  test("without flock nobody works, and is told what is missing", async () => {
    const home = temporaryFolder();
    await expect(lockHome(home, "/nowhere/flock")).rejects.toMatchObject({
      code: "config",
      message: `${lockOf(home)} cannot be locked: spawnSync /nowhere/flock ENOENT`,
    });
    (await lockHome(home))();
  });

  test("of agents that all start at once over the lock of a dead one, one has it", async () => {
    const root = temporaryFolder();
    const program = await bundled();
    const homes = Array.from({ length: 20 }, (_, n) => join(root, String(n)));
    for (const home of homes) {
      mkdirSync(home);
      writeFileSync(lockOf(home), "999999999\n");
    }
    const agents = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [program, ...homes], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    children.push(...agents);
    const answers = agents.map((agent) => createInterface(agent.stdout)[Symbol.asyncIterator]());
    const next = () =>
      Promise.all(answers.map(async (lines) => String((await lines.next()).value)));
    expect(await next()).toEqual(agents.map(() => "ready"));
    for (const home of homes) {
      for (const agent of agents) agent.stdin.write("go\n");
      const said = await next();
      expect([home, said.toSorted()]).toEqual([home, ["config", "config", "config", "held"]]);
      expect(holderOf(home)).toBe(agents[said.indexOf("held")]?.pid);
    }
  }, 30_000);
});
