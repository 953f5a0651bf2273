import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { agentUse } from "../../../../bench/cloud/agent-use.ts";
import { processUse } from "../../../../bench/process.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** Starts a launcher and another program, which both have used some CPU time by the time that it says so. */
const AGENT = `
const { fork } = require("node:child_process");
const start = (name) => fork(__dirname + "/" + name);
const all = [start("slurm-launcher.cjs"), start("sbatch.cjs")];
let busy = 0;
for (const child of all) child.on("message", () => ++busy === 2 && process.send(all.map(({ pid }) => pid)));
process.on("disconnect", () => { for (const child of all) child.disconnect(); process.exit(); });
`;
const BUSY = `
while (process.cpuUsage().user < 300_000);
process.on("message", () => undefined);
process.send({});
`;

test("the agent's CPU time is with that of its launchers, of which some have ended, and not with that of Slurm's commands", async () => {
  const folder = temporaryFolder();
  const log = join(folder, "agent.log");
  for (const [name, text] of [
    ["agent.cjs", AGENT],
    ["slurm-launcher.cjs", BUSY],
    ["sbatch.cjs", BUSY],
  ] as const)
    writeFileSync(join(folder, name), text);
  const agent = fork(join(folder, "agent.cjs"), { execArgv: [] });
  const [[launcher = 0]] = (await once(agent, "message")) as [number[]];
  const pid = agent.pid ?? 0;
  const one = processUse(launcher).cpuSeconds;
  expect(one).toBeGreaterThan(0.2);
  const both = () => processUse(pid).cpuSeconds + processUse(launcher).cpuSeconds;
  expect(agentUse(pid, log).cpuSeconds).toBeCloseTo(both(), 1);
  const line = (of: number, cpuSeconds: number) =>
    `${JSON.stringify({ time: "", level: "info", message: "launcher ended", pid: of, commands: 9, cpuSeconds })}\n`;
  writeFileSync(log, `no JSON\n${line(1, 20)}${line(2, 30)}`);
  expect(agentUse(pid, log).cpuSeconds).toBeCloseTo(both() + 50, 1);
  // One that has told its end and is not gone yet counts once.
  writeFileSync(log, line(launcher, 40));
  expect(agentUse(pid, log).cpuSeconds).toBeCloseTo(both() - one + 40, 1);
  expect(agentUse(pid, log).memoryBytes).toBeGreaterThan(0);
  const ended = once(agent, "exit");
  agent.disconnect();
  await ended;
});
