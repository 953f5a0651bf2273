import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Researcher } from "./researcher.ts";

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

async function session(stage: string): Promise<unknown> {
  const root = `${researcher.home}/project`;
  const { code, stdout, stderr } = await researcher.python(
    "qtoolkit_session.py",
    root,
    stage,
    root,
  );
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

const ended = (exit: string, ...files: string[]) => ({
  // A job may have ended before the first look.
  states: expect.not.arrayContaining(["UNDETERMINED"]),
  exit,
  files: ["exit_code", ...files, "queue.err", "queue.out", "submit.script"].toSorted(),
  last: [expect.any(String), "DONE"],
});

test("qtoolkit: three jobs in three folders, each with the files of the one before; the second fails, then is mended", async () => {
  await researcher.put({ "project/readme": "mine\n" });
  expect(await session("first")).toEqual({
    one: ended("0", "numbers"),
    two: ended("1", "sorted"),
  });
  await researcher.put({ "project/allowed": "yes\n" });
  expect(await session("rest")).toEqual({
    two: ended("0", "checked", "sorted"),
    three: ended("0", "count"),
  });
  expect(await researcher.read("project/three/count")).toBe("3\n");
});

test("qtoolkit: cancels a job that runs, and is told so", async () => {
  await researcher.put({ "project/readme": "mine\n" });
  const id = expect.stringMatching(/^\d+$/);
  const told = await session("cancel");
  expect(told).toEqual({ id, cancelled: id, status: "SUCCESSFUL" });
});
