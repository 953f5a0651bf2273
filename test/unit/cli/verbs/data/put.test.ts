import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { dataPut, dataPutOutput } from "../../../../../cli/verbs/data/put.ts";
import { dataRm } from "../../../../../cli/verbs/data/rm.ts";
import { type Dataset, parseDataset } from "../../../../../protocol/dataset.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testContext } from "../../../../support/test-ui.ts";

const OWN = "genome/job-aws-dataset.json";

/** A folder with two files and an empty folder. */
function dataFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "in", "empty"), { recursive: true });
  writeFileSync(join(folder, "in", "a"), "1");
  writeFileSync(join(folder, "b"), "22");
  return folder;
}

function putting({ json = true } = {}) {
  const { context, store, out, err } = testContext({ json });
  store.before = () => undefined;
  const put = (folder: string, flags: { delete?: boolean } = {}) =>
    dataPut(context, folder, "genome", flags);
  return {
    context,
    store,
    out,
    err,
    put,
    told: () => dataPutOutput.parse(JSON.parse(out.at(-1) ?? "")),
    dataset: () => parseDataset(store.text(OWN) ?? "") as Dataset,
    /** Whether the data set says of each object what it is, with its read key. */
    isTrue: () => {
      const set = parseDataset(store.text(OWN) ?? "");
      if (!set || typeof set === "string") return set;
      return [...set.inputs.values()].every(({ path, etag, readKey, version }) => {
        const held = store.objects.get(`genome/${path}`);
        const isVersion = version === undefined || version === held?.versionId;
        return held?.etag === etag && held.metadata["read-key"] === readKey && isVersion;
      });
    },
  };
}

describe("data put", () => {
  test("holds the name, sends the files with one read key, and says last of all what it holds", async () => {
    const { store, put, told, dataset, isTrue } = putting();
    await put(dataFolder());
    expect(store.writes).toHaveLength(5);
    expect([store.writes[0], store.writes[4]]).toEqual([OWN, OWN]);
    expect(told()).toEqual({
      name: "genome",
      files: 2,
      bytes: 3,
      sent: { files: 2, bytes: 3 },
      unchanged: 0,
      deleted: 0,
      replaced: 0,
      keepsVersions: true,
      notes: [],
    });
    expect([...dataset().inputs.keys()]).toEqual(["b", "in/a", "in/empty/"]);
    expect(new Set([...dataset().inputs.values()].map(({ readKey }) => readKey)).size).toBe(1);
    expect(isTrue()).toBe(true);
    expect(store.objects.has("genome/job-aws-stat.txt")).toBe(false);
  });

  test("sends again only what differs; what stays keeps its read key, and nothing old is asked", async () => {
    const { store, put, told, dataset, isTrue } = putting();
    const folder = dataFolder();
    await put(folder);
    const before = dataset();
    // The bucket's clock goes on: a write a second.
    for (let n = 0; n < 5; n++) await store.put("other/x", `${n}`);
    await put(folder);
    writeFileSync(join(folder, "b"), "333");
    store.requests = {};
    store.writes.length = 0;
    await put(folder);
    expect(store.writes).toEqual(["genome/b", OWN]);
    expect(told()).toMatchObject({ sent: { files: 1, bytes: 3 }, unchanged: 1, replaced: 1 });
    expect(dataset().inputs.get("in/a")).toEqual(before.inputs.get("in/a"));
    expect(dataset().inputs.get("b")?.readKey).not.toBe(before.inputs.get("b")?.readKey);
    expect(isTrue()).toBe(true);
  });

  test("asks each object that was written at about the time of the set, and no other", async () => {
    const { store, put } = putting();
    const folder = temporaryFolder();
    for (let n = 0; n < 20; n++) writeFileSync(join(folder, `f${n}`), `${n}`);
    await put(folder);
    const asked: string[] = [];
    store.before = (operation, key) => {
      if (operation === "get" && key.startsWith("genome/f")) asked.push(key);
    };
    await put(folder);
    // The memory's clock goes on a second with each write.
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  test("an object with another's word, or none, is sent again", async () => {
    const { store, put, isTrue } = putting();
    const folder = dataFolder();
    await put(folder);
    await store.put("genome/b", "22");
    await store.put("genome/in/a", "1", { metadata: { "read-key": "too-short" } });
    await put(folder);
    expect(isTrue()).toBe(true);
    // Of the same content, but by another put that was interrupted.
    const metadata = { "read-key": "x".repeat(22) };
    await store.put("genome/b", "22", { metadata });
    const writes = store.writes.length;
    await put(folder);
    expect(store.writes.slice(writes)).toEqual([OWN]);
    expect(isTrue()).toBe(true);
  });

  test("an entry that is gone stays in the bucket, or goes with --delete; it says what that means", async () => {
    const { store, put, dataset, err } = putting();
    const folder = dataFolder();
    await put(folder);
    rmSync(join(folder, "b"));
    await put(folder);
    expect([dataset().inputs.has("b"), store.objects.has("genome/b")]).toEqual([false, true]);
    await put(folder, { delete: true });
    expect(store.objects.has("genome/b")).toBe(false);
    expect(err).toContain('deleted "b"');
    expect(store.objects.has(OWN)).toBe(true);
    expect(err.at(-1)).toMatch(/1 file of the set as it was was replaced; .* still get them/);
    store.keepsVersions = false;
    writeFileSync(join(folder, "in", "a"), "new");
    await put(folder);
    expect(err.at(-1)).toMatch(/keeps no versions: .* end with inputs-changed/);
  });

  test.each(["put", "get"])(
    "interrupted at each %s, it is what it was or not whole; again makes it whole",
    async (which) => {
      for (const isFirst of [true, false])
        for (let at = 0; ; at++) {
          const { store, put, isTrue, dataset } = putting();
          const folder = dataFolder();
          if (!isFirst) await put(folder);
          writeFileSync(join(folder, "b"), "changed");
          const before = store.text(OWN);
          let left = at;
          store.before = (operation) => {
            if (operation === which && left-- === 0) throw new Error("the line is cut");
          };
          const end = await put(folder).catch((error: Error) => error.message);
          if (end === undefined) {
            expect(at).toBeGreaterThan(1);
            break;
          }
          expect(end).toBe("the line is cut");
          // After its last write nothing is missing.
          if (isTrue() !== true)
            expect(isFirst ? [undefined, "put"] : [before]).toContain(
              isFirst ? isTrue() : store.text(OWN),
            );
          store.before = () => undefined;
          await put(folder);
          expect(isTrue()).toBe(true);
          expect(dataset().files).toBe(2);
        }
    },
  );

  test("of two at once one counts, and the other is told", async () => {
    for (const isFirst of [true, false]) {
      const { context, store, put, isTrue } = putting();
      const folder = dataFolder();
      if (!isFirst) await put(folder);
      const other = dataFolder();
      writeFileSync(join(other, "c"), "3");
      const ends = await Promise.allSettled([
        put(folder),
        dataPut({ ...context, secret: () => "o".repeat(22) }, other, "genome", {}),
      ]);
      const reasons = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
      expect(reasons).toEqual([
        expect.objectContaining({ message: expect.stringMatching(/another client has put/) }),
      ]);
      // The one that was told puts again.
      await put(folder);
      expect([isTrue(), store.objects.has("genome/job-aws-stat.txt")]).toEqual([true, false]);
    }
  });
});

describe("names", () => {
  test("a job's name is refused, and one that a job could be given by itself", async () => {
    const { context, store } = putting();
    await store.put("genome/job-aws-stat.txt", "JOB_COMPLETE\n");
    const put = (name: string) => dataPut(context, dataFolder(), name, {});
    await expect(put("genome")).rejects.toThrow("genome is a job's name");
    await expect(put("wave-20261123-204501-abc")).rejects.toThrow(/ends with a time/);
    expect(store.writes).toEqual(["genome/job-aws-stat.txt"]);
  });

  test("a sweep's name is refused, also one that is made meanwhile", async () => {
    const { store, put } = putting();
    const SWEEP = "genome/job-aws-sweep.json";
    await store.put(SWEEP, "{}");
    await expect(put(dataFolder())).rejects.toThrow("genome is a sweep's name");
    expect(store.writes).toEqual([SWEEP]);
    store.objects.delete(SWEEP);
    store.before = async (operation, key) => {
      if (operation !== "put" || !key.endsWith("/b")) return;
      store.before = () => undefined;
      await store.put(SWEEP, "{}");
    };
    await expect(put(dataFolder())).rejects.toThrow("genome is a sweep's name");
    expect([store.objects.has(OWN), store.objects.has(SWEEP)]).toEqual([false, true]);
  });

  test("what a newer version wrote is not written over", async () => {
    const { store, put } = putting();
    await store.put(OWN, '{"version":2}');
    await expect(put(dataFolder())).rejects.toThrow(/cannot be read/);
    expect(store.text(OWN)).toBe('{"version":2}');
  });

  test("a job under a data set's name is refused, also while that is being put", async () => {
    const { context, store, put } = putting();
    const submit = () => submitJob(context, scriptFolder(), { prefix: "genome" });
    let during: Error | undefined;
    store.before = async (operation, key) => {
      if (operation !== "put" || key === OWN || during) return;
      during = new Error("once");
      during = (await submit().catch((error: Error) => error)) as Error;
    };
    await put(dataFolder());
    expect(during?.message).toMatch("genome is a data set's name: give another --prefix");
    await expect(submit()).rejects.toThrow("genome is a data set's name");
    expect(store.objects.has("genome/job-aws-run.sh")).toBe(false);
  });

  test("a client that knows of no data sets and submits meanwhile has its job", async () => {
    const { store, put } = putting();
    store.before = async (operation, key) => {
      if (operation !== "put" || !key.endsWith("/b")) return;
      store.before = () => undefined;
      await store.put("genome/job-aws-stat.txt", "FILE_UPLOAD\n");
    };
    await expect(put(dataFolder())).rejects.toThrow("genome is a job's name");
    expect(store.objects.has(OWN)).toBe(false);
  });

  test("one that is being removed is not put before that is over", async () => {
    const { context, store, put, isTrue } = putting();
    const folder = dataFolder();
    await put(folder);
    let during: Error | undefined;
    store.before = async (operation) => {
      if (operation !== "deleteMany" || during) return;
      during = await put(folder).then(
        () => undefined,
        (error: Error) => error,
      );
    };
    await dataRm(context, ["genome"], { yes: true, ask: undefined });
    expect(during?.message).toMatch(/it is being removed/);
    expect(store.objects.size).toBe(0);
    await put(folder);
    expect(isTrue()).toBe(true);
  });

  test("no folder, and a file that cannot be sent: nothing counts", async () => {
    const { context, store, put } = putting();
    await expect(dataPut(context, "/no/such", "genome", {})).rejects.toThrow(/no such folder/);
    const folder = dataFolder();
    mkdirSync(
      join(folder, "x".repeat(254), "y".repeat(254), "z".repeat(254), "u".repeat(254), "v"),
      { recursive: true },
    );
    await expect(put(folder)).rejects.toMatchObject({
      code: "transfer",
      skipped: [{ code: "key-too-long" }],
    });
    expect(parseDataset(store.text(OWN) ?? "")).toBe("put");
  });
});
