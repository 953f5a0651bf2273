import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { type AgentPackage, agentPackage } from "../../../../support/agent-package.ts";
import { from, pathWith } from "../../../../support/install-options.ts";
import { ScratchHeadNode } from "../../../../support/scratch-head-node.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

let one: AgentPackage;
let two: AgentPackage;
beforeAll(async () => {
  [one, two] = await Promise.all([agentPackage("1.0.0"), agentPackage("1.1.0")]);
});

test("killed at any step and run again, it ends as if nothing had happened", () => {
  const first = new ScratchHeadNode();
  first.run("install", from(one));
  const whole = new ScratchHeadNode(undefined, first);
  whole.run("update", from(two));
  const wanted = whole.listing();
  const changing = ["mkdir", "mv", "ln", "tar", "chmod", "cp", "rm"];
  // Before its n-th change, the script and everything that it started is killed.
  const count = join(temporaryFolder(), "count");
  const own = Object.fromEntries(
    changing.map((name) => [
      name,
      `n=$(cat ${count}); n=$((n - 1)); echo $n >${count}; [ $n -gt 0 ] || kill -9 0\nexec /bin/${name} "$@"`,
    ]),
  );
  const PATH = pathWith(own);
  let kills = 0;
  for (let step = 1; ; step += 1) {
    const node = new ScratchHeadNode(undefined, first);
    writeFileSync(count, `${step}\n`);
    // In a process group of its own, or this test would go as well.
    const done = node.run("update", from(two), { PATH }, ["setsid", "-w"]);
    if (done.status === 0) break;
    kills += 1;
    expect(existsSync(node.path("opt/cloud-submit/hooks/request"))).toBe(true);
    expect(node.run("update", from(two))).toMatchObject({ status: 0, stderr: "" });
    expect(node.listing()).toEqual(wanted);
  }
  expect(kills).toBeGreaterThan(8);
});
