import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Researcher } from "./researcher.ts";

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

async function session(...steps: string[]): Promise<unknown> {
  const project = `${researcher.home}/project`;
  const { code, stdout, stderr } = await researcher.python("psij_session.py", project, ...steps);
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

const ended = (state: string, exit: number) => ({
  state,
  exit,
  id: expect.stringMatching(/^\d+$/),
});

test("PSI/J: of three jobs the second fails; after it is mended the rest runs", async () => {
  await researcher.put({ "project/readme": "mine\n" });
  expect(await session("one", "two", "three")).toEqual({
    one: ended("COMPLETED", 0),
    two: ended("FAILED", 1),
  });
  expect(await researcher.read("project/one.out")).toBe("made\n");
  expect(await researcher.read("project/two.err")).toMatch(/allowed: No such file/);
  await researcher.put({ "project/allowed": "yes\n" });
  expect(await session("two", "three")).toEqual({
    two: ended("COMPLETED", 0),
    three: ended("COMPLETED", 0),
  });
  expect(await researcher.read("project/three.out")).toBe("3\n");
});
