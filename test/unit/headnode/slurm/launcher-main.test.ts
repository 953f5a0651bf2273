import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { ToLauncher } from "../../../../headnode/slurm/launch-messages.ts";
import { waitUntil } from "../../../../local/wait-until.ts";
import { shippedLauncher } from "../../../support/shipped-launcher.ts";
import { slurmProgram } from "../../../support/slurm-program.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const env = { PATH: "/usr/bin:/bin" };
let program = "";

beforeAll(async () => {
  program = await shippedLauncher(temporaryFolder());
});

/** The launcher's process, which takes commands of a folder. */
async function startIn(bin: string) {
  const child = fork(program, { execArgv: [], env: {} });
  const send = (message: ToLauncher) => child.send(message);
  send({ settings: { bin, env, openFiles: 123 } });
  expect(await once(child, "message")).toEqual([{ ready: true }, undefined]);
  return { child, send };
}

test("without its agent it ends, and the commands go on", async () => {
  const folder = temporaryFolder();
  const [started, go, done] = ["started", "go", "done"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const wait = `: >${started}; while [ ! -e ${go} ]; do sleep 0.05; done; : >${done}`;
  const { child, send } = await startIn(slurmProgram("sbatch", wait));
  send({ id: 1, name: "sbatch", args: [], options: {} });
  await waitUntil("it runs", () => existsSync(started) || undefined, { deadline: 10_000 });
  const ended = once(child, "exit");
  // As the system does it for an agent that dies.
  child.disconnect();
  expect(await ended).toEqual([0, null]);
  writeFileSync(go, "");
  await waitUntil("it has gone on", () => existsSync(done) || undefined, { deadline: 10_000 });
});

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
  "%s, sent to the agent's group, does not end it before the agent",
  async (signal) => {
    const { child, send } = await startIn(slurmProgram("sbatch", "echo out; echo err >&2"));
    child.kill(signal);
    send({ id: 7, name: "sbatch", args: [], options: {} });
    const [answer] = (await once(child, "message")) as [{ result: { output: string } }];
    expect(answer).toMatchObject({ id: 7, result: { code: 0, stdout: "out\n", stderr: "err\n" } });
    expect(answer.result.output).toHaveLength(8);
    const ended = once(child, "exit");
    child.disconnect();
    expect(await ended).toEqual([0, null]);
  },
);
