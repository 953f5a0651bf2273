import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { writeInputManifest } from "../../../../bucket/job-objects/manifest.ts";
import { S3Error } from "../../../../bucket/s3/s3-error.ts";
import { withOtherResults } from "../../../../headnode/steps/other-results.ts";
import { type From, INPUTS_MAX, type Input } from "../../../../protocol/manifest.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { snapshot, stage } from "../../../support/staging.ts";

const KEY = "the-key-of-the-run-that-is-named";
const OTHER = "the-key-of-another-run-before-it";
const RESULT = { "read-key": KEY, "cloud-submit-writer": "agent" };

/** A bucket in which a job has returned results, among objects that are none. */
async function bucket() {
  const store = new MemoryStore();
  const put = async (key: string, metadata: Record<string, string>) =>
    void (await store.put(`first/${key}`, `first ${key}`, { metadata }));
  for (const key of ["out/a", "out/b/c", "out-1", "out.log", "outer/x", "log"])
    await put(key, RESULT);
  await store.put("first/out/none/", "", { metadata: RESULT });
  await store.put("first/out/empty", "", { metadata: RESULT });
  // Of the client, of another run, of whoever.
  await put("job-aws-run.sh", { "read-key": KEY });
  await put("out/input", { "read-key": KEY });
  await put("out/earlier", { ...RESULT, "read-key": OTHER });
  await put("out/stranger", {});
  for (const name of ["job-aws-stat.txt", "job-aws-job.json", "job-aws-manifest.json"])
    await put(name, RESULT);
  const etag = await store.put("second/job-aws-run.sh", "#!/bin/sh\n");
  const script = { path: "job-aws-run.sh", size: 10, etag: etag ?? "" };
  store.requests = {};
  const staged = async (from: From[], ...inputs: Input[]) =>
    stage(
      store,
      "second",
      await writeInputManifest(store, "second", [script, ...inputs], { from }),
    );
  return { store, put, script, staged };
}

const from = (path: string, where?: string): From => ({
  prefix: "first",
  path,
  readKey: KEY,
  ...(where !== undefined && { where }),
});
const file = (key: string) => `644 first ${key}`;

/** Modes are those of this process. */
const contents = (folder: string) =>
  Object.fromEntries(
    Object.entries(snapshot(folder))
      .filter(([path]) => path !== "job-aws-run.sh")
      .map(([path, text]) => [path, text.replace(/^\d+ /, "644 ")]),
  );

describe("results of another job", () => {
  const all = {
    "out/a": file("out/a"),
    "out/b/c": file("out/b/c"),
    "out/empty": "644 ",
    "out/none/": "empty",
  };
  const moved = (folder: string) =>
    Object.fromEntries(Object.entries(all).map(([path, text]) => [folder + path.slice(4), text]));
  const everything = {
    ...all,
    "out-1": file("out-1"),
    "out.log": file("out.log"),
    "outer/x": file("outer/x"),
    log: file("log"),
  };

  test.each<[string, From, Record<string, string>]>([
    ["a file", from("log"), { log: file("log") }],
    ["a file in a folder, under its own name", from("out/b/c"), { c: file("out/b/c") }],
    ["a file under another name", from("log", "in/its log"), { "in/its log": file("log") }],
    ["a folder, and not those whose names begin like it", from("out"), all],
    ["a folder under another name", from("out", "in"), moved("in/")],
    ["a folder's files by themselves", from("out", ""), moved("")],
    ["all", from(""), everything],
    [
      "all, in a folder",
      from("", "in"),
      Object.fromEntries(Object.entries(everything).map(([path, text]) => [`in/${path}`, text])),
    ],
  ])("%s: no inputs, nothing of other runs, nothing of the protocol", async (_, one, files) => {
    const { store, staged } = await bucket();
    const { result, folder } = await staged([one]);
    expect(result).toMatchObject({ phase: "staged", stageIn: { verdict: "complete" } });
    expect(contents(folder)).toEqual(files);
    expect(store.requests.list).toBe(1);
    // The bytes of what is left out never come.
    const fetched = Object.keys(files).filter((path) => !path.endsWith("/")).length;
    expect(store.requests.getFile).toBe(fetched + 1);
  });

  test("come from several jobs, beside the job's own files", async () => {
    const { store, staged } = await bucket();
    await store.put("third/log", "third log", { metadata: { ...RESULT, "read-key": OTHER } });
    const third = { prefix: "third", path: "log", where: "log3", readKey: OTHER };
    const { folder } = await staged([from("out/b"), third, from("out/a", "b/d")]);
    expect(contents(folder)).toEqual({
      "b/c": file("out/b/c"),
      "b/d": file("out/a"),
      log3: "644 third log",
    });
  });

  test.each<[string, From]>([
    ["that is not there", from("nothing")],
    ["with a key that was guessed", { ...from("out"), readKey: "k".repeat(32) }],
    ["that are inputs", from("out/input")],
    ["of an earlier run", from("out/earlier")],
    ["that anybody may have written", from("out/stranger")],
    ["that is the system's", from("job-aws-job.json")],
    ["of a job that never was", { ...from("out"), prefix: "alice--x" }],
  ])("%s: the job ends, in the same words for all", async (_, one) => {
    const { store, staged } = await bucket();
    await expect(staged([from("log"), one])).rejects.toMatchObject({
      code: "inputs-changed",
      message: `"${one.prefix}:${one.path}" has no result here of the run that was named, or none that can be read, or there are more than 200000 objects: look at what that job has returned, and submit again`,
    });
    expect(store.requests).not.toHaveProperty("getFile");
  });

  const taken = "another input is to be there, too";
  test.each<[string, From[], string]>([
    ["of the job itself", [from("log", "own")], `first:log" is to be put at "own", and ${taken}`],
    ["that came before", [from("log"), from("out/a", "log")], `out/a" is to be put at "log", and`],
    ["of the protocol", [from("log", "job-aws-stat.txt")], "which is kept for the system"],
    ["that is the script", [from("log", "job-aws-run.sh")], `at "job-aws-run.sh", and ${taken}`],
  ])("in place of a file %s: refused, and named", async (_, some, words) => {
    const { store, staged } = await bucket();
    const etag = (await store.put("second/own", "1")) ?? "";
    const own = { path: "own", size: 1, etag };
    await expect(staged(some, own)).rejects.toMatchObject({
      code: "stage-in-failed",
      message: expect.stringContaining(words),
    });
  });

  test("below the place of a file: refused, with the reason", async () => {
    const { staged } = await bucket();
    const { result } = await staged([from("out/b", "job-aws-run.sh")]);
    expect(result).toMatchObject({
      error: {
        code: "stage-in-failed",
        message:
          'the cluster cannot store "job-aws-run.sh" (a file and a folder have the same name): give other names or places, and submit again',
      },
    });
  });

  test("one that S3 refuses is not left out: it may be a result", async () => {
    const { store, staged } = await bucket();
    store.before = (operation, key) => {
      if (operation === "get" && key === "first/out/a")
        throw new S3Error("InvalidObjectState", "archived", { status: 403 });
    };
    await expect(staged([from("out")])).rejects.toMatchObject({ code: "inputs-changed" });
  });

  test("replaced between the decision and the fetch: the version that was decided on", async () => {
    const { store, staged } = await bucket();
    let isReplaced = false;
    store.before = async (operation, key) => {
      if (operation !== "getFile" || key !== "first/log" || isReplaced) return;
      isReplaced = true;
      await store.put("first/log", "of a later run", {
        metadata: { ...RESULT, "read-key": OTHER },
      });
    };
    const { folder } = await staged([from("log")]);
    expect(readFileSync(join(folder, "log"), "utf8")).toBe("first log");
    store.keepsVersions = false;
    isReplaced = false;
    await store.put("first/log", "first log", { metadata: RESULT });
    const { result, workRoot } = await staged([from("log")]);
    expect(result).toMatchObject({ phase: "failing", error: { code: "inputs-changed" } });
    expect(existsSync(join(workRoot, "second"))).toBe(false);
  });
});

test("no more is listed than a job can have, and nothing is told of how much there is", async () => {
  let listed = 0;
  const store = {
    async *list(prefix: string) {
      for (; ; listed++)
        yield { key: `${prefix}/${listed}`, size: 1, etag: "e", lastModified: undefined };
    },
    get: () => Promise.reject(new Error("nothing is asked for")),
  };
  const decided = withOtherResults({ store, goOn: () => undefined }, new Map(), [from("out")]);
  await expect(decided).rejects.toMatchObject({ code: "inputs-changed" });
  expect(listed).toBe(INPUTS_MAX);
});

test("whatever lies in the bucket, only results of that run become inputs", async () => {
  const segment = fc.constantFrom("a", "b", "a-", "a.b", "A", "é");
  const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((all) => all.join("/"));
  const held = fc.record({
    key: fc.constantFrom<string | undefined>(KEY, KEY, OTHER, undefined),
    isAgents: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(path, held), path, async (objects, asked) => {
      const store = new MemoryStore();
      store.pageSize = 2;
      for (const [name, { key, isAgents }] of Object.entries(objects))
        await store.put(`first/${name}`, name, {
          metadata: {
            ...(key !== undefined && { "read-key": key }),
            ...(isAgents && { "cloud-submit-writer": "agent" }),
          },
        });
      const wanted = Object.entries(objects).flatMap(([name, { key, isAgents }]) => {
        const isBelow = name === asked || name.startsWith(`${asked}/`);
        return isBelow && key === KEY && isAgents ? [`in${name.slice(asked.length)}`] : [];
      });
      const decided = withOtherResults({ store, goOn: () => undefined }, new Map(), [
        from(asked, "in"),
      ]);
      if (wanted.length === 0)
        return expect(decided).rejects.toMatchObject({ code: "inputs-changed" });
      expect([...(await decided).keys()].toSorted()).toEqual(wanted.toSorted());
    }),
    { numRuns: 200 },
  );
});
