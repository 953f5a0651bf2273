import { spawnSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "@jest/globals";
import { type AgentPackage, agentPackage } from "../../../support/agent-package.ts";
import { from } from "../../../support/install-options.ts";
import { ScratchHeadNode } from "../../../support/scratch-head-node.ts";

let release: AgentPackage;
beforeAll(async () => {
  release = await agentPackage("1.0.0");
});

/** A Head Node on which the agent's user has put something in place of what the agent writes when it is ready. */
function nodeWith(put: (path: string) => void) {
  const node = new ScratchHeadNode();
  expect(node.run("install", from(release)).status).toBe(0);
  const path = node.path("var/lib/cloud-submit/agent.json");
  rmSync(path, { force: true });
  put(path);
  return node.run("status", {});
}

test("root waits for no pipe and follows no link in the agent's folder", () => {
  const pipe = nodeWith((path) => expect(spawnSync("mkfifo", [path]).status).toBe(0));
  expect([pipe.status, pipe.stdout]).toEqual([3, expect.stringMatching(/^agent +does not run/m)]);
  const link = nodeWith((path) => symlinkSync(`/proc/${process.pid}/status`, path));
  expect(link.status).toBe(3);
});

test("what is in it reaches root's terminal without control characters", () => {
  const { status, stdout } = nodeWith((path) =>
    writeFileSync(path, `{"pid":${process.pid},"version":"\u001b]0;x\u0007\u001b[2J"}\n`),
  );
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^agent +\{"pid":/m)]);
  // oxlint-disable-next-line no-control-regex -- they are what it is about
  expect(stdout).not.toMatch(/[\u0007\u001b]/);
});
