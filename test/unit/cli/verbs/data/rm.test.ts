import { describe, expect, test } from "@jest/globals";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { dataPut } from "../../../../../cli/verbs/data/put.ts";
import { dataRm, dataRmOutput } from "../../../../../cli/verbs/data/rm.ts";
import { parseDataset } from "../../../../../protocol/dataset.ts";
import { dataScene, folderOf } from "../../../../support/data-scene.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { policedStore } from "../../../../support/policed-store.ts";
import { testContext } from "../../../../support/test-ui.ts";

const YES = { yes: true, ask: undefined };

describe("data rm", () => {
  test("removes all of it, and a file that is in no data set any more", async () => {
    const { context, store, out } = await dataScene({ json: true });
    await store.put("reads/left-over", "1");
    await dataRm(context, ["reads", "reads"], YES);
    expect(out.map((line) => dataRmOutput.parse(JSON.parse(line)))).toEqual([
      { name: "reads", objects: 3 },
    ]);
    expect([...store.objects.keys()].filter((key) => key.startsWith("reads/"))).toEqual([]);
  });

  test("refuses one that a job names which has not ended, and removes none", async () => {
    const { context, store } = await dataScene();
    await expect(dataRm(context, ["reads", "genome"], YES)).rejects.toThrow(
      "genome: the job job1 names it and has not ended",
    );
    expect(store.objects.has("reads/job-aws-dataset.json")).toBe(true);
    await store.put("job1/job-aws-stat.txt", "JOB_COMPLETE\n");
    await dataRm(context, ["reads", "genome"], YES);
    expect([...store.objects.keys()].filter((key) => !key.startsWith("job1/"))).toEqual([]);
  });

  test("asks, and without a terminal and --yes removes nothing", async () => {
    const { context, store, out } = await dataScene();
    const asked: string[] = [];
    const answer = (is: boolean) => async (question: string) => {
      asked.push(question);
      return is;
    };
    for (const ask of [undefined, answer(false)])
      await expect(dataRm(context, ["reads"], { ask })).rejects.toThrow(/nothing was removed/);
    expect(store.objects.has("reads/in/f0")).toBe(true);
    await dataRm(context, ["reads"], { ask: answer(true) });
    expect(asked).toEqual(Array(2).fill("Remove reads from the bucket?"));
    expect(out).toEqual(["Removed reads: 2 objects"]);
  });

  test("of a job, or of nothing, is refused", async () => {
    const { context } = await dataScene();
    await expect(dataRm(context, ["job1"], YES)).rejects.toThrow("job1 is a job's name");
    await expect(dataRm(context, ["none"], YES)).rejects.toThrow("there is no such data set");
  });

  test.each([
    ["sweep", "job-aws-sweep.json"],
    ["job", "job-aws-stat.txt"],
  ])("never touches a name that is a %s's too, also since the question", async (kind, file) => {
    const { context, store } = await dataScene();
    const ask = async () => {
      await store.put(`reads/${file}`, "{}");
      return true;
    };
    const removal = dataRm(context, ["reads"], { ask });
    await expect(removal).rejects.toThrow(`reads is a ${kind}'s name`);
    await expect(dataRm(context, ["reads"], YES)).rejects.toThrow(`reads is a ${kind}'s name`);
    expect(store.objects.has("reads/in/f0")).toBe(true);
    expect(parseDataset(store.text("reads/job-aws-dataset.json") ?? "")).toMatchObject({});
  });

  test("interrupted at each step, nobody can name half of it, and again removes it", async () => {
    for (let at = 0; ; at++) {
      const { context, store } = await dataScene();
      let left = at;
      store.before = (operation, key) => {
        const isStep = ["put", "delete", "deleteMany"].includes(operation);
        const isOwn = operation === "deleteMany" || key.startsWith("reads/");
        if (isStep && isOwn && left-- === 0) throw new Error("cut");
      };
      const end = await dataRm(context, ["reads"], YES).catch((error: Error) => error.message);
      if (end === undefined) {
        expect(at).toBeGreaterThanOrEqual(3);
        break;
      }
      store.before = () => undefined;
      const isWhole = store.objects.has("reads/in/f0");
      const set = parseDataset(store.text("reads/job-aws-dataset.json") ?? "");
      if (set !== "removed") expect([at, isWhole, set !== undefined]).toEqual([0, true, true]);
      await dataRm(context, ["reads"], YES);
      expect([...store.objects.keys()].some((key) => key.startsWith("reads/"))).toBe(false);
    }
  });

  test("of one that is put meanwhile leaves what was put, or has the put told", async () => {
    const { context, store } = await dataScene();
    let put: Promise<unknown> | undefined;
    store.before = (operation, key) => {
      if (operation !== "put" || !key.startsWith("reads/")) return;
      store.before = () => undefined;
      put = dataPut(context, folderOf(2), "reads", {}).catch((error: Error) => error.message);
      return put as Promise<void>;
    };
    await expect(dataRm(context, ["reads"], YES)).rejects.toThrow(/another client has put/);
    expect(await put).toBeUndefined();
    expect(parseDataset(store.text("reads/job-aws-dataset.json") ?? "")).toMatchObject({
      files: 2,
    });
  });

  test("a user with prefixes of their own is told that other jobs are not seen", async () => {
    const store = policedStore((_, target) =>
      ("key" in target ? target.key : target.listed).startsWith("alice--"),
    );
    const { context, err } = testContext();
    const own = { ...context, store };
    await dataPut(own, folderOf(1), "alice--reads", {});
    await submitJob(own, scriptFolder(), { prefix: "alice--job", input: ["alice--reads"] });
    const remove = () => dataRm(own, ["alice--reads"], YES);
    await expect(remove()).rejects.toThrow("the job alice--job names it");
    await store.put("alice--job/job-aws-stat.txt", "JOB_ERROR\n");
    await remove();
    expect(err.at(-1)).toMatch(/jobs of other users cannot be seen/);
  });
});
