import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { onCluster, Researcher } from "./researcher.ts";

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

async function session(stage: string): Promise<unknown> {
  const { home } = researcher;
  const { code, stdout, stderr } = await researcher.python(
    "aiida_session.py",
    home,
    stage,
    `${home}/work`,
  );
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/Error|Traceback/)]);
  return JSON.parse(stdout);
}

// The local cluster's own sacct has no data base.
const ended = (stdout: string, ...account: unknown[]) => ({
  states: expect.arrayContaining(["DONE"]),
  stdout,
  account: onCluster ? null : account,
});

test("AiiDA: three calculations, linked to the one before; the second fails, then is mended", async () => {
  expect(await session("first")).toEqual({
    one: ended("made\n", "COMPLETED", "0:0", "aiida-one"),
    two: ended("", "FAILED", "1:0", "aiida-two"),
  });
  expect(await researcher.read("work/two/aiida.err")).toMatch(/allowed: No such file/);
  await researcher.put({ "work/two/allowed": "yes\n" });
  expect(await session("rest")).toEqual({
    two: ended("yes\n3\n2\n1\n", "COMPLETED", "0:0", "aiida-two"),
    three: ended("3\n", "COMPLETED", "0:0", "aiida-three"),
  });
});

test("AiiDA: kills a job that runs", async () => {
  expect(await session("cancel")).toEqual({
    killed: true,
    states: expect.arrayContaining(["DONE"]),
  });
});
