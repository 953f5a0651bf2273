import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { UploadStateFolder } from "../../../../bucket/s3/upload-states.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const state = { uploadId: "u", purpose: "p" };

test("each target has a state of its own, which another process finds", async () => {
  const folder = join(temporaryFolder(), "not", "there", "yet");
  await new UploadStateFolder(folder).save("one", state);
  const states = new UploadStateFolder(folder);
  expect(await states.load("one")).toEqual(state);
  expect(await states.load("two")).toBeUndefined();
  await states.save("one", { ...state, uploadId: "v" });
  expect(await states.load("one")).toEqual({ ...state, uploadId: "v" });
  await states.forget("one");
  await states.forget("one");
  expect(readdirSync(folder)).toEqual([]);
});

test("what is older than the parts may be is not used, and goes", async () => {
  const folder = temporaryFolder();
  await new UploadStateFolder(folder).save("one", state);
  const week = new UploadStateFolder(folder, () => Date.now() + 7 * DAY_MS);
  expect(await week.load("one")).toBeUndefined();
  const [name] = readdirSync(folder);
  utimesSync(join(folder, name!), 1, 1);
  await new UploadStateFolder(folder).save("two", state);
  expect(readdirSync(folder)).toHaveLength(1);
});

test.each(["", "{", "[]", '{"uploadId":1,"purpose":"p"}', "null"])(
  "a torn state is none: %j",
  async (text) => {
    const folder = temporaryFolder();
    const states = new UploadStateFolder(folder);
    await states.save("one", state);
    writeFileSync(join(folder, readdirSync(folder)[0]!), text);
    expect(await states.load("one")).toBeUndefined();
  },
);
