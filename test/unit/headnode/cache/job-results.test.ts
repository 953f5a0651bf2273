import { hash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { JobResults } from "../../../../headnode/cache/job-results.ts";
import { jobEntry } from "../../../support/job-entry.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const KEY = "r".repeat(22);
const md5 = (text: string) => hash("md5", text, "hex");

function jobThatEnded() {
  const root = temporaryFolder();
  const folder = join(root, "work", "job1", "s1");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, "secret"), "secret");
  writeFileSync(join(folder, "result"), "result");
  symlinkSync(join(root, "secret"), join(folder, "link"));
  const journal = {
    lastEnded: async (prefix: string) =>
      prefix === "job1" ? jobEntry({ phase: "done", readKey: KEY }) : undefined,
  };
  const ports = { home: root, workRoot: join(root, "work"), journal, now: () => new Date() };
  const results = new JobResults(ports);
  const part = join(root, "part");
  const place = (key: string, text: string, readKey: string | undefined = KEY) =>
    results.place(
      {
        key,
        size: text.length,
        etag: md5(text),
        version: undefined,
        readKey,
        readOnly: undefined,
      },
      { part, target: join(root, "target") },
    );
  return { place, part, folder };
}

test("a result that is still here is the object with its ETag", async () => {
  const { place, part } = jobThatEnded();
  expect(await place("job1/result", "result")).toMatchObject({ isLocal: true, isPlaced: false });
  expect(readFileSync(part, "utf8")).toBe("result");
});

test.each([
  ["job1/result", "result", "w".repeat(22)],
  ["job1/result", "other!", KEY],
  ["job1/result", "longer than it", KEY],
  ["job1/link", "secret", KEY],
  ["job1/../../../secret", "secret", KEY],
  ["job1/none", "result", KEY],
  ["job2/result", "result", KEY],
  [".cache/result", "result", KEY],
  ["job1", "result", KEY],
])(
  "%s with the content %j and the read key %s is not, and nothing is left",
  async (key, text, proof) => {
    const { place, part } = jobThatEnded();
    expect(await place(key, text, proof)).toBeUndefined();
    expect(existsSync(part)).toBe(false);
  },
);
