import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { Publisher, publishOnBus } from "../../../../headnode/jobs/publisher.ts";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";
import { Journal } from "../../../../headnode/journal/journal.ts";
import { jsonLog } from "../../../../headnode/log.ts";
import type { StateChange } from "../../../../protocol/event.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const change = (to: StateChange["to"], prefix = "job1"): StateChange => ({
  version: 1,
  bucket: "jobs",
  prefix,
  submission: "s1",
  from: null,
  to,
  at: "2026-11-23T20:45:01.000Z",
});

describe("publishOnBus", () => {
  const bus = mockClient(EventBridgeClient);
  const publish = publishOnBus(new EventBridgeClient({ region: "eu-west-1" }), "ours");
  beforeEach(() => void bus.reset());

  test("puts one event on the bus it was given", async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: "1" }] });
    await publish(change("JOB_SUBMIT"));
    const [entry, ...more] = bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ EventBusName: "ours", Source: "cloud-submit" });
    expect(JSON.parse(entry?.Detail ?? "")).toEqual(change("JOB_SUBMIT"));
  });

  test("an event that was not taken is an error, although the request was answered", async () => {
    bus.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: "ThrottlingException" }] });
    await expect(publish(change("JOB_SUBMIT"))).rejects.toMatchObject({ code: "aws" });
  });
});

describe("Publisher", () => {
  const THIRTY = Array.from({ length: 30 }, (_, at): [string, "JOB_SUBMIT"] => [
    `job${at}`,
    "JOB_SUBMIT",
  ]);

  /** A journal with one entry for each prefix, and what is published of them; `fails` makes it fail. */
  async function world(...outboxes: [prefix: string, ...to: StateChange["to"][]][]) {
    const home = temporaryFolder();
    const published: [string, string][] = [];
    const logged: string[] = [];
    const state = {
      fails: (_change: StateChange) => false,
      hangs: false,
      begun: 0,
      error: new Error("EventBridge is away"),
    };
    const log = jsonLog(
      (line) => logged.push(line),
      () => new Date(0),
    );
    const journal = await Journal.open(home, log);
    const publisher = new Publisher(
      journal,
      async (event) => {
        state.begun += 1;
        if (state.hangs) await new Promise<never>(() => undefined);
        if (state.fails(event)) throw state.error;
        published.push([event.prefix, event.to]);
      },
      log,
    );
    for (const [prefix, ...to] of outboxes)
      await journal.add({
        version: 1,
        prefix,
        submission: "s1",
        phase: "running",
        state: "JOB_SUBMIT",
        statusEtag: "e",
        times: {},
        outbox: to.map((one) => change(one, prefix)),
      });
    const left = async () => {
      const entries: JobEntry[] = (await Journal.open(home, log)).all();
      return Object.fromEntries(
        entries.map(({ prefix, outbox }) => [prefix, outbox.map((event) => event.to)]),
      );
    };
    return { journal, publisher, published, logged, left, state };
  }

  test("publishes in order, and what was published is out of the journal on disk", async () => {
    const w = await world(["job1", "JOB_SUBMIT", "JOB_CANCEL", "JOB_COMPLETE"]);
    await w.publisher.flushAll();
    expect(w.published.map(([, to]) => to)).toEqual(["JOB_SUBMIT", "JOB_CANCEL", "JOB_COMPLETE"]);
    expect(await w.left()).toEqual({ job1: [] });
  });

  test("what could not be published stays for the next time, and is said in one line", async () => {
    const w = await world(["job1", "JOB_SUBMIT", "JOB_COMPLETE"], ["job2", "JOB_SUBMIT"]);
    w.state.fails = ({ prefix, to }) => prefix === "job1" && to === "JOB_COMPLETE";
    await w.publisher.flushAll();
    expect(await w.left()).toEqual({ job1: ["JOB_COMPLETE"], job2: [] });
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
    w.state.fails = () => false;
    await w.publisher.flushAll();
    expect(await w.left()).toEqual({ job1: [], job2: [] });
    expect(w.published).toHaveLength(3);
  });

  test("while EventBridge says nothing, few changes try; the next time all do", async () => {
    const w = await world(...THIRTY);
    w.state.fails = () => true;
    await w.publisher.flushAll();
    expect(w.state.begun).toBeLessThanOrEqual(8);
    for (const entry of w.journal.all()) await w.publisher.flush(entry);
    expect(w.state.begun).toBeLessThanOrEqual(8);
    w.state.fails = () => false;
    await w.publisher.flushAll();
    expect(w.published).toHaveLength(30);
  });

  test("changes that EventBridge refuses hold up no other", async () => {
    const w = await world(...THIRTY);
    w.state.fails = ({ prefix }) => prefix !== "job29";
    w.state.error = Object.assign(new Error("too large"), { $metadata: { httpStatusCode: 400 } });
    await w.publisher.flushAll();
    expect(w.published).toEqual([["job29", "JOB_SUBMIT"]]);
  });

  test("at most eight changes are on their way", async () => {
    const w = await world(...THIRTY);
    w.state.hangs = true;
    void w.publisher.flushAll();
    await new Promise((resolve) => setImmediate(resolve));
    expect(w.state.begun).toBe(8);
  });

  test("of more ended submissions than there is room for, those that ended first are given up", async () => {
    const w = await world(
      ["job1", "JOB_COMPLETE"],
      ["job2", "JOB_COMPLETE"],
      ["job3", "JOB_SUBMIT"],
    );
    for (const [at, entry] of w.journal.all().entries())
      await w.journal.update(entry, ({ prefix }) => ({
        phase: prefix === "job3" ? "running" : "done",
        times: { ended: `2026-11-23T20:45:0${9 - at}.000Z` },
      }));
    const log = jsonLog(
      (line) => w.logged.push(line),
      () => new Date(0),
    );
    const away = async () => {
      throw new Error("EventBridge is away");
    };
    await new Publisher(w.journal, away, log, 1).flushAll();
    expect(await w.left()).toEqual({ job1: ["JOB_COMPLETE"], job3: ["JOB_SUBMIT"] });
    expect(w.logged[0]).toContain('"submissions":1');
  });

  test("asked for twice at a time, each change is published once", async () => {
    const w = await world(["job1", "JOB_SUBMIT", "JOB_COMPLETE"]);
    const [entry] = w.journal.all();
    if (entry) await Promise.all([w.publisher.flush(entry), w.publisher.flush(entry)]);
    expect(w.published).toHaveLength(2);
  });
});
