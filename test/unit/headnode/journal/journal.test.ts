import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { FILES_FOLDER } from "../../../../headnode/journal/ended-entries.ts";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import { ENDED_FOLDER, Journal } from "../../../../headnode/journal/journal.ts";
import { completed } from "../../../support/state-change.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

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
const change = (submission: string) => completed(submission, new Date(0));
const quiet = () => undefined;
const filesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name !== ENDED_FOLDER)
    .toSorted();

describe("Journal", () => {
  test("holds after a restart what it held before", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    const added = entry();
    await journal.add(added);
    await journal.update(added, () => ({ phase: "staged" }));
    const again = await Journal.open(folder, quiet);
    expect(await again.get("job1", "s1")).toEqual({ ...entry(), phase: "staged" });
    expect(again.activeOf("job1")?.submission).toBe("s1");
  });

  test("knows which submission of a prefix is active, and which one has a job", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    await journal.add({ ...entry("first"), phase: "done", slurm: { jobId: "7" } });
    await journal.add({ ...entry("second"), phase: "done", outbox: [change("second")] });
    await journal.add({ ...entry("third"), slurm: { jobId: "7" } });
    await journal.add({ ...entry("other"), prefix: "job2" });
    const again = await Journal.open(folder, quiet);
    expect(again.activeOf("job1")?.submission).toBe("third");
    expect(again.runningJob("7")?.submission).toBe("third");
    expect(again.activeOf("job3")).toBeUndefined();
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
    expect(filesIn(folder)).toEqual([
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
    const again = await Journal.open(folder, quiet);
    expect((await again.get("job1", "s1"))?.refused).toHaveLength(20);
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
    expect(filesIn(folder)).toEqual(["job1@s1.json.damaged", "job1@s2.json"]);
  });
});

describe("A submission for which nothing more is to be done", () => {
  const final = "2026-11-20T08:00:00.000Z";
  /** A journal in which one submission has ended. */
  async function ended() {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    const added = entry();
    await journal.add(added);
    await journal.update(added, () => ({ phase: "done", times: { final } }));
    return {
      folder,
      journal,
      added,
      open: join(folder, "job1@s1.json"),
      closed: join(folder, ENDED_FOLDER, FILES_FOLDER, "job1@s1.json"),
    };
  }

  test("is known, also after a restart, and no longer in memory", async () => {
    const { folder, journal } = await ended();
    for (const each of [journal, await Journal.open(folder, quiet)]) {
      expect(each.all()).toEqual([]);
      expect(await each.get("job1", "s1")).toEqual({ ...entry(), phase: "done", times: { final } });
      expect(await each.get("job1", "s2")).toBeUndefined();
    }
  });

  test("is not read when the journal is opened: a damaged one is found when it is asked for", async () => {
    const { folder, closed } = await ended();
    writeFileSync(closed, "torn");
    const said: string[] = [];
    const again = await Journal.open(folder, (_level, message) => said.push(message));
    expect([said, existsSync(closed)]).toEqual([[], true]);
    expect(await again.get("job1", "s1")).toBeUndefined();
    expect(said).toEqual(["a damaged journal file was set aside"]);
    expect(readdirSync(join(folder, ENDED_FOLDER, FILES_FOLDER))).toEqual(["job1@s1.json.damaged"]);
  });

  test.each(["before it was moved", "before the move was on disk"])(
    "is known, and moved, when the machine stopped %s",
    async (when) => {
      const { folder, open, closed } = await ended();
      if (when === "before it was moved") renameSync(closed, open);
      else copyFileSync(closed, open);
      const again = await Journal.open(folder, quiet);
      expect([again.all(), existsSync(open), existsSync(closed)]).toEqual([[], false, true]);
      expect((await again.get("job1", "s1"))?.phase).toBe("done");
    },
  );

  test("is not brought back by what comes too late", async () => {
    const { journal, added, open } = await ended();
    await journal.update(added, () => ({ hookExit: "0:0" }));
    expect([journal.all(), existsSync(open)]).toEqual([[], false]);
  });

  test("stays where it is while the audit does not know of it", async () => {
    const folder = temporaryFolder();
    const journal = await Journal.open(folder, quiet);
    const added = entry();
    await journal.add(added);
    await journal.update(added, () => ({ phase: "done", outbox: [change("s1")] }));
    expect(journal.all()).toEqual([added]);
    expect((await Journal.open(folder, quiet)).all()).toHaveLength(1);
    await journal.update(added, () => ({ outbox: [] }));
    expect([journal.all(), filesIn(folder)]).toEqual([[], []]);
  });
});
