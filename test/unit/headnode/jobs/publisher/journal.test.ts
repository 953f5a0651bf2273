import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { Publisher } from "../../../../../headnode/jobs/publisher.ts";
import { FILES_FOLDER } from "../../../../../headnode/journal/ended-entries.ts";
import { decodeEntry } from "../../../../../headnode/journal/entry-file.ts";
import { ENDED_FOLDER, Journal } from "../../../../../headnode/journal/journal.ts";
import { publisherWorld } from "../../../../support/publisher-world.ts";

/** A world in which job1 has ended, and nothing of it is published; with its file, and that file after it is moved. */
async function endedWorld() {
  const w = await publisherWorld(["job1", "JOB_SUBMIT"]);
  await w.announce("job1", "JOB_COMPLETE");
  const open = join(w.home, "job1@s1.json");
  return { w, open, closed: join(w.home, ENDED_FOLDER, FILES_FOLDER, "job1@s1.json") };
}

test("what is published of a running job is written with its next change, not before", async () => {
  const w = await publisherWorld(["job1", "JOB_SUBMIT"]);
  const { ino } = statSync(join(w.home, "job1@s1.json"));
  await w.publisher.flushAll();
  expect(statSync(join(w.home, "job1@s1.json")).ino).toBe(ino);
  expect([w.left(), await w.leftOnDisk()]).toEqual([{}, { job1: ["JOB_SUBMIT"] }]);
  await w.announce("job1", "JOB_CANCEL");
  expect(await w.leftOnDisk()).toEqual({ job1: ["JOB_CANCEL"] });
});

test("the file of an ended one is moved as it is, and what it says is not published again", async () => {
  const { w, open, closed } = await endedWorld();
  const { ino } = statSync(open);
  await w.publisher.flushAll();
  expect(statSync(closed).ino).toBe(ino);
  expect(decodeEntry(readFileSync(closed, "utf8"))?.outbox).toHaveLength(2);
  const again = await Journal.open(w.home, w.log);
  await new Publisher(again, w.publish, w.log).flushAll();
  expect(w.bus.published).toHaveLength(2);
  for (const found of [await again.get("job1", "s1"), await again.lastEnded("job1")])
    expect(found).toMatchObject({ phase: "done", state: "JOB_COMPLETE" });
  expect([again.all(), again.activeOf("job1")]).toEqual([[], undefined]);
});

test("a crash between publishing and the move: published once more, and ended once", async () => {
  const { w, closed } = await endedWorld();
  // The journal of the agent that dies; its changes of an entry never end.
  w.journal.note = () => new Promise<never>(() => undefined);
  void w.publisher.flushAll();
  while (w.bus.published.length === 0) await w.bus.answers();
  const again = await Journal.open(w.home, w.log);
  await new Publisher(again, w.publish, w.log).flushAll();
  expect(w.bus.published.map(([, to]) => to)).toEqual(["JOB_SUBMIT", "JOB_SUBMIT", "JOB_COMPLETE"]);
  expect(again.all()).toEqual([]);
  expect(readdirSync(join(closed, ".."))).toEqual(["job1@s1.json"]);
  expect((await Journal.open(w.home, w.log)).all()).toEqual([]);
});

test("an orderly stop writes what is published, so that it is not published again", async () => {
  const w = await publisherWorld(["job1", "JOB_SUBMIT"], ["job2", "JOB_SUBMIT"]);
  w.bus.refuses = ({ prefix }) => prefix === "job2";
  await w.publisher.flushAll();
  const { ino } = statSync(join(w.home, "job2@s1.json"));
  await w.journal.save();
  expect(await w.leftOnDisk()).toEqual({ job2: ["JOB_SUBMIT"] });
  expect(statSync(join(w.home, "job2@s1.json")).ino).toBe(ino);
});

test("what is published while a change is being written is in its turn: neither is lost", async () => {
  const w = await publisherWorld(["job1", "JOB_SUBMIT"]);
  const [entry] = w.journal.all();
  if (!entry) throw new Error("no entry");
  await Promise.all([
    w.announce("job1", "JOB_CANCEL"),
    w.journal.note(entry, ({ outbox }) => ({ outbox: outbox.slice(1) })),
    w.journal.update(entry, () => ({ hookExit: "0:0" })),
  ]);
  expect(await w.leftOnDisk()).toEqual({ job1: ["JOB_CANCEL"] });
  expect((await w.journal.get("job1", "s1"))?.hookExit).toBe("0:0");
});
