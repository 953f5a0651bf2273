import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { Publisher, publishOnBus } from "../../../../headnode/jobs/publisher.ts";
import { changeTo, outboxes, publisherWorld } from "../../../support/publisher-world.ts";

describe("publishOnBus", () => {
  const bus = mockClient(EventBridgeClient);
  const publish = publishOnBus(new EventBridgeClient({ region: "eu-west-1" }), "ours");
  beforeEach(() => void bus.reset());

  test("puts events on the bus it was given, in one call", async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: "1" }, { EventId: "2" }] });
    const changes = [changeTo("JOB_SUBMIT"), changeTo("JOB_COMPLETE", "job2")];
    expect(await publish(changes)).toEqual([undefined, undefined]);
    const [call, ...more] = bus.commandCalls(PutEventsCommand);
    expect(more).toEqual([]);
    const entries = call?.args[0].input.Entries ?? [];
    expect(entries[0]).toMatchObject({ EventBusName: "ours", Source: "cloud-submit" });
    expect(entries.map(({ Detail = "" }) => JSON.parse(Detail) as unknown)).toEqual(changes);
  });

  test("tells which events were not taken, although the request was answered", async () => {
    const Entries = [{ EventId: "1" }, { ErrorCode: "ThrottlingException" }];
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries });
    const [first, second] = await publish([changeTo("JOB_SUBMIT"), changeTo("JOB_SUBMIT", "job2")]);
    expect([first, second]).toEqual([undefined, expect.objectContaining({ code: "aws" })]);
  });
});

describe("Publisher", () => {
  test("publishes in order", async () => {
    const w = await publisherWorld(["job1", "JOB_SUBMIT", "JOB_CANCEL", "JOB_COMPLETE"]);
    await w.publisher.flushAll();
    expect(w.bus.published.map(([, to]) => to)).toEqual([
      "JOB_SUBMIT",
      "JOB_CANCEL",
      "JOB_COMPLETE",
    ]);
    expect(w.left()).toEqual({});
  });

  test("what could not be published stays for the next time, and is said in one line", async () => {
    const w = await publisherWorld(["job1", "JOB_SUBMIT", "JOB_COMPLETE"], ["job2", "JOB_SUBMIT"]);
    w.bus.fails = ([change]) => change?.to === "JOB_COMPLETE";
    await w.publisher.flushAll();
    expect(w.left()).toEqual({ job1: ["JOB_COMPLETE"] });
    expect(w.logged.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: "1970-01-01T00:00:00.000Z",
        level: "warn",
        message: expect.any(String),
        prefix: "job1",
        submission: "s1",
        error: "EventBridge is away",
      },
    ]);
    expect(w.logged[0]).toMatch(/^[^\n]+\n$/);
    w.bus.fails = () => false;
    await w.publisher.flushAll();
    expect(w.left()).toEqual({});
    expect(w.bus.published).toHaveLength(3);
  });

  test("while EventBridge says nothing, few changes try; the next time all do", async () => {
    const w = await publisherWorld(...outboxes(50, "JOB_SUBMIT"));
    w.bus.fails = () => true;
    await w.publisher.flushAll();
    for (const entry of w.journal.all()) await w.publisher.flush(entry);
    expect(w.bus.calls).toHaveLength(2);
    w.bus.fails = () => false;
    await w.publisher.flushAll();
    expect(w.bus.published).toHaveLength(50);
  });

  test("of more ended submissions than there is room for, those that ended first are given up", async () => {
    const w = await publisherWorld(
      ["job1", "JOB_COMPLETE"],
      ["job2", "JOB_COMPLETE"],
      ["job3", "JOB_SUBMIT"],
    );
    for (const [at, entry] of w.journal.all().entries())
      await w.journal.update(entry, ({ prefix }) => ({
        phase: prefix === "job3" ? "running" : "done",
        times: { ended: `2026-11-23T20:45:0${9 - at}.000Z` },
      }));
    w.bus.fails = () => true;
    await new Publisher(w.journal, w.publish, w.log, 1).flushAll();
    const left = { job1: ["JOB_COMPLETE"], job3: ["JOB_SUBMIT"] };
    expect([w.left(), await w.leftOnDisk()]).toEqual([left, left]);
    expect(w.logged[0]).toContain('"submissions":1');
  });

  test("asked for twice at a time, each change is published once", async () => {
    const w = await publisherWorld(["job1", "JOB_SUBMIT", "JOB_COMPLETE"]);
    const [entry] = w.journal.all();
    if (entry) await Promise.all([w.publisher.flush(entry), w.publisher.flush(entry)]);
    expect(w.bus.published).toHaveLength(2);
  });

  test("stopped, it begins no further call", async () => {
    const w = await publisherWorld(...outboxes(50, "JOB_SUBMIT"));
    const flushed = w.publisher.flushAll();
    while (w.bus.calls.length < 2) await w.bus.answers();
    w.publisher.stop();
    await flushed;
    expect(w.bus.calls).toHaveLength(2);
  });
});
