import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { JobEntry } from "../../../headnode/journal/job-entry.ts";
import { decodeEntry, encodeEntry, Journal } from "../../../headnode/journal/journal.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const entry = (submission = "s1"): JobEntry => ({
  version: 1,
  prefix: "job1",
  submission,
  phase: "accepted",
  state: "FILE_UPLOAD",
  statusEtag: "e",
  times: {},
  outbox: [],
});
const quiet = () => undefined;

describe("decodeEntry", () => {
  test("reads back what encodeEntry wrote", () => {
    expect(decodeEntry(encodeEntry(entry()))).toEqual(entry());
  });

  test("reads nothing from a truncated or changed text", () => {
    const text = encodeEntry(entry());
    for (let length = 0; length < text.length; length++)
      expect(decodeEntry(text.slice(0, length))).toBeUndefined();
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, other) => {
          fc.pre(text[at] !== other);
          expect(decodeEntry(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeEntry(text)));
  });

  test.each(["hello", "", "null", '{"version":2}', JSON.stringify({ ...entry(), phase: "x" })])(
    "reads nothing from what is no entry, although its checksum is right: %j",
    (body) => {
      const checksum = createHash("sha256").update(body).digest("hex");
      expect(decodeEntry(`${checksum}\n${body}\n`)).toBeUndefined();
    },
  );
});

describe("Journal", () => {
  test("holds after a restart what it held before", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    const added = entry();
    await journal.add(added);
    await journal.update(added, () => ({ phase: "staged" }));
    const again = await Journal.open(folder, quiet);
    expect(again.get("job1", "s1")).toEqual({ ...entry(), phase: "staged" });
    expect(again.activeOf("job1")?.submission).toBe("s1");
  });

  test("knows a prefix's submissions in the order in which they were accepted, and which is active", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    const at = (second: number) => ({ accepted: new Date(second * 1000).toISOString() });
    await journal.add({ ...entry("third"), times: at(3), slurm: { jobId: "7" } });
    await journal.add({ ...entry("first"), times: at(1), phase: "done", slurm: { jobId: "7" } });
    await journal.add({ ...entry("unknown"), phase: "done" });
    await journal.add({ ...entry("second"), times: at(2), phase: "done" });
    await journal.add({ ...entry("other"), prefix: "job2" });
    const again = await Journal.open(folder, quiet);
    const order = ["unknown", "first", "second", "third"];
    expect(again.ofPrefix("job1").map(({ submission }) => submission)).toEqual(order);
    expect(again.activeOf("job1")?.submission).toBe("third");
    expect(again.runningJob("7")?.submission).toBe("third");
  });

  test("takes nothing for an entry but files of its own names", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    await journal.add(entry("s1"));
    const text = readFileSync(join(folder, "job1@s1.json"), "utf8");
    for (const name of [".unfinished", "notes.txt", "job1@s2.json"])
      writeFileSync(join(folder, name), text);
    const again = await Journal.open(folder, quiet);
    expect(again.all().map(({ submission }) => submission)).toEqual(["s1"]);
    expect(readdirSync(folder).toSorted()).toEqual([
      ".unfinished",
      "job1@s1.json",
      "job1@s2.json.damaged",
      "notes.txt",
    ]);
  });

  test("updates at the same time do not lose each other", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    const added = entry();
    await journal.add(added);
    const refusal = (n: number) => ({
      submission: `r${n}`,
      at: new Date(0).toISOString(),
      reason: "",
    });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        journal.update(added, ({ refused = [] }) => ({ refused: [...refused, refusal(n)] })),
      ),
    );
    expect((await Journal.open(folder, quiet)).get("job1", "s1")?.refused).toHaveLength(20);
  });

  test("a change that cannot be written is not seen", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    const added = entry();
    await journal.add(added);
    await expect(
      journal.update(added, () => {
        throw new Error("disk full");
      }),
    ).rejects.toThrow("disk full");
    expect(added.phase).toBe("accepted");
    await journal.update(added, () => ({ phase: "staged" }));
    expect(added.phase).toBe("staged");
  });

  test("a damaged file is set aside and reported, the others are read", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    await journal.add(entry("s1"));
    await journal.add(entry("s2"));
    const path = join(folder, "job1@s1.json");
    writeFileSync(path, readFileSync(path, "utf8").slice(0, -10));
    const said: string[] = [];
    const again = await Journal.open(folder, (_level, message) => said.push(message));
    expect(again.all().map(({ submission }) => submission)).toEqual(["s2"]);
    expect(said).toEqual(["a damaged journal file was set aside"]);
    expect(readdirSync(folder).toSorted()).toEqual(["job1@s1.json.damaged", "job1@s2.json"]);
  });
});
