import { expect, test } from "@jest/globals";
import { submittedWorld } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";

test("the address of the request that was accepted is in the events of the beginning and of the end; the record has none", async () => {
  const { w } = await submittedWorld({ metadata: { notify: "Taro@example.org" } });
  w.end("1", task("COMPLETED"));
  await w.until(() => w.state("job1") === "JOB_COMPLETE");
  await w.until(() => w.published.some(({ to }) => to === "JOB_COMPLETE"));
  expect(
    w.published.filter(({ notify }) => notify !== undefined).map(({ to, notify }) => [to, notify]),
  ).toEqual([
    ["JOB_SUBMIT", "taro@example.org"],
    ["JOB_COMPLETE", "taro@example.org"],
  ]);
  expect(JSON.stringify(w.record("job1"))).not.toContain("example.org");
});

test("what is no address is nobody's", async () => {
  const { w } = await submittedWorld({ metadata: { notify: '"a b"@example.org' } });
  w.end("1", task("COMPLETED"));
  await w.until(() => w.published.some(({ to }) => to === "JOB_COMPLETE"));
  expect(w.published.filter(({ notify }) => notify !== undefined)).toEqual([]);
  expect(w.state("job1")).toBe("JOB_COMPLETE");
});
