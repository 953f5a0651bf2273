import { describe, expect, test } from "@jest/globals";
import { AskAgain, type AskedAgain, askedLine } from "../../../../cli/jobs/ask-again.ts";
import { jobStatus } from "../../../../cli/jobs/job-status.ts";
import { Patience } from "../../../../cli/jobs/patience.ts";
import { waitForEnd } from "../../../../cli/jobs/wait-for-end.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../../cli/messages/say.ts";
import { OutageNote } from "../../../../cli/ui/outage-note.ts";
import { formatRecord } from "../../../../protocol/record.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { policedStore } from "../../../support/policed-store.ts";
import { testUi } from "../../../support/test-ui.ts";

const STATUS = "job1/job-aws-stat.txt";
const MINUTE = 60_000;
const OWN = { metadata: { submission: "s1", submitter: "me@here" } };

/** A bucket with a request, and a clock that it shares with those who wait. */
async function requested(
  state = "FILE_UPLOAD",
  options = OWN as object,
  store = new MemoryStore(),
) {
  const { ui, clock } = testUi();
  const began = clock.ms;
  const at = () => new Date(Math.floor(clock.ms / 1000) * 1000);
  Object.assign(store, { now: at, answered: at });
  const before = store.before;
  store.before = () => undefined;
  await store.put(STATUS, `${state}\n`, options);
  /** Minutes after the request, and the requests made then. */
  const writes: number[] = [];
  const gets: number[] = [];
  store.before = (operation, key) => {
    const minutes = (clock.ms - began) / MINUTE;
    if (operation === "put") writes.push(minutes);
    if (operation === "get" && key === STATUS) gets.push(minutes);
    return before(operation, key);
  };
  const told: AskedAgain[] = [];
  const options_ = {
    now: () => clock.ms,
    patience: new Patience(new OutageNote(ui), async () => true),
    sleep: ui.sleep,
    onAsked: (asked: AskedAgain) => void told.push(asked),
  };
  return { store, clock, ui, writes, gets, told, options: options_, began };
}

const whole = (minutes: readonly number[]) => minutes.map(Math.floor);
const how = (told: readonly AskedAgain[]) => told.map((asked) => asked.how);
const forHours = (hours: number) => ({ timeoutMs: hours * 60 * MINUTE });

describe("a wait for a request without an answer", () => {
  test("writes it again after 2 and 10 minutes and an hour, and no more, as it was", async () => {
    const { store, writes, gets, told, options } = await requested();
    const before = { ...store.objects.get(STATUS) };
    await expect(
      waitForEnd(store, "job1", { ...options, ...forHours(30), submission: "s1" }),
    ).rejects.toMatchObject({ code: "timeout" });
    expect([whole(writes), how(told)]).toEqual([
      [2, 10, 60],
      ["written", "written", "written"],
    ]);
    const { body, metadata, etag } = store.objects.get(STATUS)!;
    expect({ body, metadata, etag }).toEqual({
      body: before.body,
      metadata: before.metadata,
      etag: before.etag,
    });
    expect(store.requests).toEqual({ put: 4, get: gets.length });
  });

  test.each([
    ["FILE_UPLOAD", OWN],
    ["JOB_CANCEL", { metadata: { submitter: "me@here" } }],
    ["JOB_CANCEL", { metadata: { cancels: "s1" } }],
    ["JOB_CANCEL", {}],
  ])("%s with %j", async (state, options) => {
    const world = await requested(state, options);
    await expect(
      waitForEnd(world.store, "job1", { ...world.options, ...forHours(2) }),
    ).rejects.toMatchObject({ code: "timeout" });
    expect(whole(world.writes)).toEqual([2, 10, 60]);
  });

  test.each(["JOB_SUBMIT", "nonsense"])("leaves %s alone", async (state) => {
    const { store, writes, options } = await requested(state);
    const ended = waitForEnd(store, "job1", { ...options, ...forHours(2) });
    await expect(ended).rejects.toMatchObject({ code: "timeout" });
    expect(writes).toEqual([]);
  });

  test("leaves a job's own file of that name alone", async () => {
    const metadata = { ...OWN.metadata, "cloud-submit-writer": "agent" };
    const { store, writes, options } = await requested("FILE_UPLOAD", { metadata });
    const status = await jobStatus(store, "job1");
    const again = new AskAgain(store, "job1", options.now);
    const later = { ...status, answered: new Date(options.now() + 5 * MINUTE) };
    expect([await again.ask(later), writes]).toEqual([undefined, []]);
  });

  test.each([
    ["aws s3 cp", {}],
    ["an id that is none", { metadata: { submission: "../x" } }],
  ])("writes nothing that would be another submission (%s), and says so once", async (_, put) => {
    const { store, writes, told, options } = await requested("FILE_UPLOAD", put);
    const ended = waitForEnd(store, "job1", { ...options, ...forHours(3) });
    await expect(ended).rejects.toMatchObject({ code: "timeout" });
    expect([writes, how(told)]).toEqual([[], ["nameless"]]);
  });

  test("writes nothing for another's submission", async () => {
    const { store, writes, options } = await requested();
    const ended = waitForEnd(store, "job1", { ...options, ...forHours(3), submission: "s0" });
    await expect(ended).rejects.toMatchObject({ code: "timeout" });
    expect(writes).toEqual([]);
  });

  test("who may only read is told once, and goes on", async () => {
    const policed = policedStore((action) => action !== "s3:PutObject");
    const { store, writes, told, options } = await requested("FILE_UPLOAD", OWN, policed);
    const ended = waitForEnd(store, "job1", { ...options, ...forHours(3) });
    await expect(ended).rejects.toMatchObject({ code: "timeout" });
    expect([whole(writes), how(told)]).toEqual([[2, 10, 60], ["failed"]]);
  });

  test("never writes over a state that came since", async () => {
    const { store, writes, told, options } = await requested();
    const count = store.before;
    store.before = async (operation, key) => {
      await count(operation, key);
      if (operation !== "put") return;
      store.before = count;
      const end = { version: 1, prefix: "job1", submission: "s1", state: "JOB_COMPLETE" } as const;
      await store.put("job1/job-aws-job.json", formatRecord({ ...end, times: {} }));
      await store.put(STATUS, "JOB_COMPLETE\n");
    };
    const { state } = await waitForEnd(store, "job1", { ...options, submission: "s1" });
    expect([state, store.text(STATUS), told]).toEqual(["JOB_COMPLETE", "JOB_COMPLETE\n", []]);
    expect(writes.length).toBe(3);
  });

  test("several at once write about once at each age", async () => {
    const { store, clock, writes, options, began } = await requested();
    const waiting = [0, 1, 2, 3].map(() => new AskAgain(store, "job1", options.now));
    for (let seconds = 0; seconds < 4 * 3600; seconds += 5) {
      clock.ms = began + seconds * 1000;
      await waiting[(seconds / 5) % 4]?.ask(await jobStatus(store, "job1"));
    }
    expect(whole(writes)).toEqual([2, 10, 60]);
  });

  test("one that comes late counts from the last write", async () => {
    const { store, clock, writes, options, began } = await requested();
    clock.ms = began + 50 * MINUTE;
    await new AskAgain(store, "job1", options.now).ask(await jobStatus(store, "job1"));
    clock.ms += MINUTE;
    await new AskAgain(store, "job1", options.now).ask(await jobStatus(store, "job1"));
    expect(writes).toEqual([50]);
  });

  test("a further submission has its own ages", async () => {
    const { store, clock, writes, options, began } = await requested();
    const again = new AskAgain(store, "job1", options.now);
    const askAt = async (minutes: number) => {
      clock.ms = began + minutes * MINUTE;
      await again.ask(await jobStatus(store, "job1"));
    };
    await askAt(0);
    await askAt(3);
    await store.put(STATUS, "FILE_UPLOAD\n", { metadata: { submission: "s2" } });
    await askAt(4);
    await askAt(5.5);
    expect(writes).toEqual([3, 3, 5.5]);
    expect(store.objects.get(STATUS)?.metadata).toEqual({ submission: "s2" });
  });

  test("an interruption writes nothing more", async () => {
    const { store, ui, writes, options, clock, began } = await requested();
    const interrupt = new AbortController();
    const count = store.before;
    store.before = (operation, key) => {
      if (clock.ms - began >= 2 * MINUTE) interrupt.abort(new Error("interrupted"));
      return count(operation, key);
    };
    const signal = interrupt.signal;
    await expect(waitForEnd(store, "job1", { ...options, signal })).rejects.toThrow("interrupted");
    await ui.sleep(MINUTE);
    expect(writes).toEqual([]);
  });

  test("a job that starts at once costs no request more", async () => {
    const { store, options, gets } = await requested();
    const end = { version: 1, prefix: "job1", submission: "s1", state: "JOB_COMPLETE" } as const;
    const sleep = async (ms: number) => {
      await options.sleep(ms);
      await store.put("job1/job-aws-job.json", formatRecord({ ...end, times: {} }));
      await store.put(STATUS, "JOB_COMPLETE\n");
    };
    await waitForEnd(store, "job1", { ...options, sleep, submission: "s1" });
    expect([gets.length, store.requests]).toEqual([2, { put: 3, get: 3 }]);
  });
});

describe("the age of a request", () => {
  test.each([
    ["S3's clock, whatever this machine's says", -50, true, [2, 10, 60]],
    ["S3's clock, with this machine's far ahead", 5000, true, [2, 10, 60]],
    ["this machine's clock, where S3 tells no time", 0, false, [2, 10, 60]],
    ["the time of looking, with a clock that is behind", -50, false, [2, 10, 60]],
  ])("%s", async (_, offMinutes, tells, expected) => {
    const { store, clock, writes, options, began } = await requested();
    if (!tells) store.answered = () => undefined;
    const again = new AskAgain(store, "job1", () => clock.ms + offMinutes * MINUTE);
    for (let minutes = 0; minutes < 90; minutes += 0.25) {
      clock.ms = began + minutes * MINUTE;
      await again.ask(await jobStatus(store, "job1"));
    }
    expect([whole(writes), options.now()]).toEqual([expected, clock.ms]);
  });

  test("is that of the looking where S3 does not say when it was written", async () => {
    const { store, clock, writes, options, began } = await requested();
    const again = new AskAgain(store, "job1", options.now);
    for (const minutes of [0, 1, 2, 3, 11]) {
      clock.ms = began + minutes * MINUTE;
      await again.ask({ ...(await jobStatus(store, "job1")), lastModified: undefined });
    }
    expect(writes).toEqual([2, 11]);
  });
});

test.each([sayEnglish, sayIn(ja.messages)])("each way is told with what it is about", (say) => {
  const about = { prefix: "job1", state: "FILE_UPLOAD", ageMs: 11.9 * MINUTE } as const;
  const lines = [
    askedLine(say, { ...about, how: "written" }),
    askedLine(say, { ...about, how: "nameless" }),
    askedLine(say, { ...about, how: "failed", why: "Access Denied" }),
  ];
  for (const line of lines) expect(line).toMatch(/^job1: .*FILE_UPLOAD.*\b11 /);
  expect(lines[2]).toContain("Access Denied");
});
