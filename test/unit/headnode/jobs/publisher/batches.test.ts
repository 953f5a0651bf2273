import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { StateChange } from "../../../../../protocol/event.ts";
import { jobEntry } from "../../../../support/job-entry.ts";
import { outboxes, publisherWorld } from "../../../../support/publisher-world.ts";

/** The error of a call that EventBridge does not take. */
const refusal = (name: string) =>
  Object.assign(new Error("not like this"), { name, $metadata: { httpStatusCode: 400 } });

describe("Changes that wait", () => {
  test("share calls of ten, two at a time", async () => {
    const w = await publisherWorld(...outboxes(100, "JOB_SUBMIT"));
    await w.publisher.flushAll();
    expect(w.bus.calls.map((call) => call.length)).toEqual(Array.from({ length: 10 }, () => 10));
    expect(w.bus.busiest).toBe(2);
    expect(new Set(w.bus.published.map(([prefix]) => prefix)).size).toBe(100);
  });

  test("a change that comes alone is sent at once; those that come meanwhile share calls", async () => {
    const w = await publisherWorld(...outboxes(100, "JOB_SUBMIT"));
    await Promise.all(w.journal.all().map((entry) => w.publisher.flush(entry)));
    expect(w.bus.calls[0]).toEqual([["job0", "JOB_SUBMIT"]]);
    expect(w.bus.calls.length).toBeLessThanOrEqual(12);
    expect(w.bus.published).toHaveLength(100);
  });

  test("a call has one change of a submission, however many wait", async () => {
    const w = await publisherWorld(...outboxes(10, "JOB_SUBMIT", "JOB_CANCEL", "JOB_COMPLETE"));
    await w.publisher.flushAll();
    for (const call of w.bus.calls)
      expect(new Set(call.map(([prefix]) => prefix)).size).toBe(call.length);
    expect(w.bus.published).toHaveLength(30);
  });

  test("a change that comes while another one of its submission is on its way follows it", async () => {
    const w = await publisherWorld(["job1", "JOB_SUBMIT"]);
    let answer = () => undefined as void;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    w.bus.answers = () => answered;
    const first = w.publisher.flushAll();
    await w.publisher.flush(await w.announce("job1", "JOB_COMPLETE"));
    expect(w.bus.calls).toHaveLength(1);
    answer();
    await first;
    expect(w.bus.calls.flat().map(([, to]) => to)).toEqual(["JOB_SUBMIT", "JOB_COMPLETE"]);
  });

  test("those that are together too large for a call are sent by several", async () => {
    const w = await publisherWorld(...outboxes(10, "JOB_SUBMIT"));
    for (const entry of w.journal.all())
      await w.journal.update(entry, ({ outbox }) => ({
        outbox: outbox.map((change) => ({
          ...change,
          error: { code: "sbatch-refused", message: "é".repeat(45_000) },
        })),
      }));
    await w.publisher.flushAll();
    expect(w.bus.calls.map((call) => call.length)).toEqual([2, 2, 2, 2, 2]);
  });
});

describe("Of a call that fails", () => {
  test("in part, what was taken is not sent again", async () => {
    const w = await publisherWorld(...outboxes(10, "JOB_SUBMIT", "JOB_COMPLETE"));
    w.bus.refuses = ({ prefix }) => prefix === "job3";
    await w.publisher.flushAll();
    expect(w.left()).toEqual({ job3: ["JOB_SUBMIT", "JOB_COMPLETE"] });
    expect(w.logged).toHaveLength(1);
    w.bus.refuses = () => false;
    await w.publisher.flushAll();
    expect(w.left()).toEqual({});
    expect(w.bus.published).toHaveLength(20);
    expect(w.bus.published.slice(-2).map(([, to]) => to)).toEqual(["JOB_SUBMIT", "JOB_COMPLETE"]);
  });

  test("for what one change says, the others are sent alone", async () => {
    const w = await publisherWorld(...outboxes(30, "JOB_SUBMIT"));
    w.bus.fails = (changes) => changes.some(({ prefix }) => prefix === "job3");
    w.bus.error = refusal("ValidationException");
    await w.publisher.flushAll();
    expect(w.left()).toEqual({ job3: ["JOB_SUBMIT"] });
    expect(w.bus.calls).toHaveLength(3 + 10);
  });

  test("for there being too many, none is sent alone, and the others have their turn", async () => {
    const w = await publisherWorld(...outboxes(30, "JOB_SUBMIT"));
    w.bus.fails = (changes) => changes.some(({ prefix }) => prefix === "job3");
    w.bus.error = refusal("ThrottlingException");
    await w.publisher.flushAll();
    expect(w.bus.calls).toHaveLength(3);
    expect(Object.keys(w.left())).toHaveLength(10);
  });
});

test("whatever fails, each change is published, of a submission in their order", async () => {
  const to: StateChange["to"][] = ["JOB_SUBMIT", "JOB_CANCEL", "JOB_COMPLETE"];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 25 }),
      fc.infiniteStream(fc.constantFrom("taken", "taken", "away", "refused", "in part")),
      fc.infiniteStream(fc.boolean()),
      async (many, answers, parts) => {
        const w = await publisherWorld();
        const all = many.map((some, at): [string, StateChange["to"][]] => [
          `job${at}`,
          to.slice(0, some),
        ]);
        let isPart = false;
        w.bus.fails = () => {
          const answer = answers.next().value;
          isPart = answer === "in part";
          w.bus.error = answer === "refused" ? refusal("ValidationException") : new Error("away");
          return answer === "away" || answer === "refused";
        };
        w.bus.refuses = () => isPart && parts.next().value;
        const { journal, publisher } = w;
        for (const [prefix] of all) await journal.add(jobEntry({ prefix }));
        const flushed: Promise<void>[] = [];
        for (const step of to.keys())
          for (const [prefix, changes] of all) {
            const change = changes[step];
            if (change) flushed.push(publisher.flush(await w.announce(prefix, change)));
          }
        await Promise.all(flushed);
        for (let again = 0; again < 100 && Object.keys(w.left()).length > 0; again += 1)
          await publisher.flushAll();
        for (const [prefix, changes] of all)
          expect(w.bus.published.filter(([one]) => one === prefix).map(([, one]) => one)).toEqual(
            changes,
          );
      },
    ),
    { numRuns: 15 },
  );
});
