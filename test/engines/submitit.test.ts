import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { onCluster, Researcher } from "./researcher.ts";

const STEPS = `import math, time

def split(name):
    print("splitting", name)
    return open(name).read().split()

def root(text):
    print("root of", text)
    return math.sqrt(float(text))

def total(values):
    return sum(values)

def sleep(seconds):
    time.sleep(seconds)
`;

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

async function session(stage: string): Promise<Record<string, never>> {
  const project = `${researcher.home}/project`;
  const { code, stdout, stderr } = await researcher.python(
    "submitit_session.py",
    project,
    stage,
    `${project}/logs`,
  );
  expect([code, stderr]).toEqual([0, onCluster ? expect.any(String) : ""]);
  return JSON.parse(stdout);
}

test("submitit: a function, an array of which a task fails, and after it is mended what was missing", async () => {
  await researcher.put({ "project/numbers.txt": "1\n4\nnine\n16\n", "project/steps.py": STEPS });
  const { split, roots, ids } = await session("array");
  expect(split).toEqual({
    result: ["1", "4", "nine", "16"],
    error: null,
    stdout: expect.stringContaining("splitting numbers.txt\n"),
  });
  expect(roots).toEqual([
    { result: 1, error: null, stdout: expect.stringContaining("root of 1\n") },
    { result: 2, error: null, stdout: expect.stringContaining("root of 4\n") },
    {
      result: null,
      error: expect.stringContaining("could not convert string to float: 'nine'"),
      stdout: expect.stringContaining("root of nine\n"),
    },
    { result: 4, error: null, stdout: expect.stringContaining("root of 16\n") },
  ]);
  expect(ids).toEqual([0, 1, 2, 3].map((task) => expect.stringMatching(`^[0-9]+_${task}$`)));
  await researcher.put({ "project/numbers.txt": "1\n4\n9\n16\n" });
  expect(await session("rest")).toEqual({
    again: { result: 3, error: null, stdout: expect.stringContaining("root of 9\n") },
    total: { result: 6, error: null, stdout: expect.any(String) },
  });
});

// It knows of an end without a result by sacct alone, and the local cluster's own has no data base.
(onCluster ? test.skip : test)("submitit: cancels a job that runs", async () => {
  await researcher.put({ "project/steps.py": STEPS });
  expect(await session("cancel")).toEqual({
    id: expect.stringMatching(/^\d+$/),
    state: expect.stringMatching(/^CANCELLED/),
  });
});
