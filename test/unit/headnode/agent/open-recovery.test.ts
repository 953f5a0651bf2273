import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { task } from "../../../support/fake-slurm.ts";
import { openScene, SCENE_KEY } from "../../../support/open-scene.ts";

const from = [{ prefix: "A", path: "", where: ".", readKey: SCENE_KEY }];

/** A is over and has made a file; B has waited for it, takes its results, and is closed with a file. */
async function chain(s: ReturnType<typeof openScene>) {
  await s.submit("A");
  await s.close("A");
  await s.submit("B", { own: "b" }, { from }, { after: "A@A-1" });
  await s.submitted("B");
  await s.close("B", { late: "l" });
  await s.released("A");
  writeFileSync(join(s.folder("A"), "made"), "made");
}

/** Where the agent is killed: in the middle of a request or a command of these parts. */
const places: [string, (s: ReturnType<typeof openScene>, kill: () => void) => void][] = [
  [
    "while the other's results are listed",
    ({ w }, kill) => {
      w.store.before = async (operation, key) => {
        if (operation === "list" && key === "A/") kill();
      };
    },
  ],
  [
    "while they are looked at",
    ({ w }, kill) => {
      w.store.before = async (operation, key) => {
        if (operation === "get" && key === "A/made") kill();
      };
    },
  ],
  [
    "while the closing object is read",
    ({ w }, kill) => {
      w.store.before = async (operation, key) => {
        if (operation === "get" && key === "B/job-aws-closing.json") kill();
      };
    },
  ],
  [
    "while its inputs are staged",
    ({ w }, kill) => {
      w.store.before = async (operation, key) => {
        if (operation === "getFile" && key === "B/late") kill();
      };
    },
  ],
  [
    "after it was released",
    ({ w, idOf }, kill) => {
      const release = w.slurm.release.bind(w.slurm);
      w.slurm.release = async (jobId, ...rest) => {
        await release(jobId, ...rest);
        if (jobId !== idOf("B")) return undefined;
        w.slurm.release = release;
        kill();
        throw new Error("killed");
      };
    },
  ],
];
test.each(places)("an agent that is killed %s goes on with it", async (_name, breakAt) => {
  const s = openScene();
  const { w } = s;
  const first = await w.start();
  await chain(s);
  let isKilled = false;
  breakAt(s, () => {
    if (isKilled) return;
    isKilled = true;
    first.kill();
    throw new Error("killed");
  });
  w.end(s.idOf("A"), { ...task("COMPLETED"), nodes: "node-1" });
  await w.until(() => isKilled);
  w.store.before = () => undefined;
  await w.start();
  await s.released("B");
  expect(["own", "made", "late"].map((path) => s.file("B", path))).toEqual(["b", "made", "l"]);
  await s.end("B");
  expect(s.results("B")).toEqual([]);
  expect(w.record("B")?.outcome).toBe("completed");
  expect(w.slurm.submitted).toHaveLength(2);
});

test("with the journal lost, a job that is held is released, and one that was released is not held up", async () => {
  // Nobody's pauses end, and so no time passes in which the closing object is to come.
  const s = openScene({ patient: true });
  const { w } = s;
  const first = await w.start();
  await s.submit("A");
  await s.close("A");
  await s.released("A");
  await s.submit("B");
  await s.submitted("B");
  await s.submit("C", {}, { from }, { after: "A@A-1" });
  await s.submitted("C");
  first.kill();
  w.loseJournal();
  await w.start();
  await s.close("B", { late: "l" });
  await s.close("C");
  await s.released("B");
  expect(s.file("B", "late")).toBe("l");
  await s.end("A");
  await s.end("B");
  await s.end("C");
  expect(w.slurm.submitted).toHaveLength(3);
});
