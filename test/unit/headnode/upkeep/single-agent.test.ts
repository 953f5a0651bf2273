import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { lockHome } from "../../../../headnode/upkeep/single-agent.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** What a lock of this process holds: its id and when it was started. */
function markOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}\n`;
}

/** A process that lives until the test is over. */
function somebody(): number {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
}

/** A program that, told so, takes the lock of each of its arguments in turn, says how it went, and lives on. */
async function bundled(): Promise<string> {
  const outfile = join(temporaryFolder(), "agent.mjs");
  await build({
    stdin: {
      contents: `
        import { createInterface } from "node:readline";
        import { lockHome } from "./single-agent.ts";
        const homes = process.argv.slice(2);
        console.log("ready");
        for await (const _ of createInterface(process.stdin))
          console.log(await lockHome(homes.shift()).then(() => "held", (error) => error.code));`,
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

const lockOf = (home: string) => join(home, "agent.lock");

describe("lockHome", () => {
  test("the second agent in a home is told who is there, and where; the first one goes on", async () => {
    const home = temporaryFolder();
    await lockHome(home);
    await expect(lockHome(home)).rejects.toMatchObject({
      code: "config",
      message: `another agent, process ${process.pid}, works in ${home}`,
    });
    expect(readFileSync(lockOf(home), "utf8")).toBe(markOf(process.pid));
  });

  test("another process that lives holds its lock", async () => {
    const home = temporaryFolder();
    const pid = somebody();
    writeFileSync(lockOf(home), markOf(pid));
    await expect(lockHome(home)).rejects.toThrow(`process ${pid},`);
    expect(readFileSync(lockOf(home), "utf8")).toBe(markOf(pid));
  });

  test("a released home can be taken again, and nothing but the lock is ever left in it", async () => {
    const home = temporaryFolder();
    const release = await lockHome(home);
    expect(readdirSync(home)).toEqual(["agent.lock"]);
    await release();
    expect(readdirSync(home)).toEqual([]);
    await (await lockHome(home))();
  });

  test("two homes have an agent each", async () => {
    await lockHome(temporaryFolder());
    await expect(lockHome(temporaryFolder())).resolves.toBeInstanceOf(Function);
  });

  test("the lock of a process that was killed is taken over", async () => {
    const home = temporaryFolder();
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    writeFileSync(lockOf(home), markOf(child.pid ?? 0));
    child.kill("SIGKILL");
    await once(child, "exit");
    await lockHome(home);
    expect(readFileSync(lockOf(home), "utf8")).toBe(markOf(process.pid));
  });

  test("a process that has the dead agent's number by now is not taken for it", async () => {
    const home = temporaryFolder();
    const pid = somebody();
    writeFileSync(lockOf(home), `${pid} 1\n`);
    await lockHome(home);
    expect(readFileSync(lockOf(home), "utf8")).toBe(markOf(process.pid));
  });

  test("an agent that is dead, and whose parent has not looked at it yet, holds nothing", async () => {
    const home = temporaryFolder();
    // The shell starts a child and becomes a program that waits for nobody. A shell looks at dead children
    // between two commands: when the program answers, there is no shell any more.
    const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec cat"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    children.push(parent);
    const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    parent.stdin.write("there\n");
    expect((await lines.next()).value).toBe("there");
    writeFileSync(lockOf(home), markOf(pid));
    await expect(lockHome(home)).rejects.toThrow(`process ${pid},`);
    process.kill(pid, "SIGKILL");
    // Nothing tells of a process that is dead and not looked at.
    await waitUntil(
      "a zombie",
      () => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")) || undefined,
      { deadline: 5000 },
    );
    await lockHome(home);
    expect(readFileSync(lockOf(home), "utf8")).toBe(markOf(process.pid));
  });

  test.each(["", "\n", "what is this\n", "0 0\n"])(
    "a lock that names no process (%j) holds nothing",
    async (text) => {
      const home = temporaryFolder();
      writeFileSync(lockOf(home), text);
      await lockHome(home);
      expect(readFileSync(lockOf(home), "utf8")).toBe(markOf(process.pid));
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

  test("an heir that lives holds the lock of the dead; one that died before it was done does not", async () => {
    const home = temporaryFolder();
    const pid = somebody();
    const heir = createHash("sha256").update("999999999 1").digest("hex").slice(0, 16);
    writeFileSync(lockOf(home), "999999999 1\n");
    writeFileSync(`${lockOf(home)}.after-${heir}`, markOf(pid));
    await expect(lockHome(home)).rejects.toThrow(`process ${pid},`);
    process.kill(pid, "SIGKILL");
    await once(children.at(-1) ?? process, "exit");
    await lockHome(home);
    expect(readFileSync(lockOf(home), "utf8")).toBe(markOf(process.pid));
    await expect(lockHome(home)).rejects.toThrow(`process ${process.pid},`);
  });

  test("of agents that all start at once over the lock of a dead one, one has it", async () => {
    const root = temporaryFolder();
    const program = await bundled();
    const homes = Array.from({ length: 20 }, (_, n) => join(root, String(n)));
    for (const home of homes) {
      mkdirSync(home);
      writeFileSync(lockOf(home), "999999999 1\n");
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
      const [pid] = readFileSync(lockOf(home), "utf8").split(" ");
      expect(Number(pid)).toBe(agents[said.indexOf("held")]?.pid);
    }
  }, 30_000);
});
