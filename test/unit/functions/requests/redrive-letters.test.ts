import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  type DeadLetter,
  type RedrivePorts,
  redriveLetters,
} from "../../../../functions/requests/redrive-letters.ts";
import { eventFor, invocationRecord } from "../../../support/dead-letters.ts";

const SWEEP = "cloud-submit-test-sweep";
const never = new AbortController().signal;

/** A queue that hides what it has given out, as SQS does, and functions that note what they are given. */
function queue(texts: string[]) {
  const letters = texts.map((text, index): DeadLetter => {
    return { id: `m${index}`, text, receipt: `r${index}` };
  });
  const waiting = [...letters];
  const hidden = new Set<DeadLetter>();
  const invoked: [name: string, event: unknown][] = [];
  const stuck = new Set<string>();
  const wrong = new Set<string>();
  return {
    invoked,
    /** Texts of events that their function fails on. */
    wrong,
    /** Ids of messages that cannot be removed. */
    stuck,
    /** The texts that somebody would get now. */
    due: () => waiting.map(({ text }) => text),
    /** The texts that nobody gets for a while. */
    hidden: () => [...hidden].map(({ text }) => text),
    ports: {
      receive: async () => {
        const given = waiting.splice(0, 10);
        for (const letter of given) hidden.add(letter);
        return given;
      },
      remove: async (done) => {
        for (const letter of done) if (!stuck.has(letter.id)) hidden.delete(letter);
        return done.map(({ id }) => id).filter((id) => stuck.has(id));
      },
      release: async (kept) => {
        for (const letter of kept) if (hidden.delete(letter)) waiting.push(letter);
      },
      invoke: async (name, event) => {
        if (wrong.has(JSON.stringify(event))) return "it failed again";
        invoked.push([name, event]);
        return undefined;
      },
    } satisfies RedrivePorts,
  };
}

const dispatch = (prefix: string) => eventFor.dispatch({ prefix });

describe("redriveLetters", () => {
  test("hands each event to its function, whoever put it into the queue, and empties the queue", async () => {
    const events = [dispatch("job1"), eventFor["command-result"](), eventFor.audit()];
    const records = events.map((event) => invocationRecord("whatever", event));
    const world = queue([
      ...events.map((event) => JSON.stringify(event)),
      ...records.map((record) => JSON.stringify(record)),
      JSON.stringify(invocationRecord(SWEEP, {})),
    ]);
    const report = await redriveLetters(SWEEP, world.ports, never);
    expect(report).toEqual({
      done: { dispatch: 2, "command-result": 2, audit: 2, sweep: 1 },
      failed: 0,
      unknown: 0,
      left: [],
      complete: true,
    });
    const names = ["dispatch", "command-result", "audit"];
    expect(world.invoked).toEqual(
      [...names, ...names].map((name, index) => [name, events[index % 3]]),
    );
    expect([world.due(), world.hidden()]).toEqual([[], []]);
  });

  test("leaves what fails again, and makes it due at once: the next redrive gets it", async () => {
    const texts = ["job1", "job2", "job3"].map((prefix) => JSON.stringify(dispatch(prefix)));
    const world = queue(texts);
    world.wrong.add(texts[1] ?? "");
    expect(await redriveLetters(SWEEP, world.ports, never)).toMatchObject({
      done: { dispatch: 2 },
      failed: 1,
      left: [{ id: "m1", of: "dispatch", why: "it failed again" }],
      complete: true,
    });
    expect([world.due(), world.hidden()]).toEqual([[texts[1]], []]);
    world.wrong.clear();
    expect(await redriveLetters(SWEEP, world.ports, never)).toMatchObject({
      done: { dispatch: 1 },
      failed: 0,
    });
    expect(world.due()).toEqual([]);
  });

  test("counts nothing as done that it could not remove", async () => {
    const world = queue([JSON.stringify(dispatch("job1"))]);
    world.stuck.add("m0");
    expect(await redriveLetters(SWEEP, world.ports, never)).toMatchObject({
      done: { dispatch: 0 },
      failed: 1,
      left: [{ id: "m0", of: "dispatch", why: expect.stringContaining("could not be removed") }],
    });
    expect(world.due()).toHaveLength(1);
  });

  test("looks at each message once, however many are left, and names the first hundred", async () => {
    const world = queue(Array.from({ length: 250 }, () => "what is this"));
    const report = await redriveLetters(SWEEP, world.ports, never);
    expect(report).toMatchObject({ failed: 0, unknown: 250, complete: true });
    expect(report.left).toHaveLength(100);
    expect(world.due()).toHaveLength(250);
  });

  test("begins nothing more when its time is up, and says that it is not complete", async () => {
    const world = queue(Array.from({ length: 25 }, (_, n) => JSON.stringify(dispatch(`job${n}`))));
    const time = new AbortController();
    world.ports.remove = async () => {
      time.abort();
      return [];
    };
    const report = await redriveLetters(SWEEP, world.ports, time.signal);
    expect(report).toMatchObject({ done: { dispatch: 10 }, complete: false });
    expect(world.due()).toHaveLength(15);
    expect(await redriveLetters(SWEEP, world.ports, AbortSignal.abort())).toMatchObject({
      complete: false,
    });
    expect(world.due()).toHaveLength(15);
  });

  test("no text makes it fail, start a function or be removed, unless it is a function's event", async () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.json().map((text) => `{"requestPayload": ${text}}`),
      fc
        .json()
        .map(
          (text) => `{"requestContext": {"functionArn": "${SWEEP}"}, "requestPayload": ${text}}`,
        ),
      fc.constantFrom("", "{", "null", "[]", '{"__proto__": {"source": "aws.s3"}}'),
      // An event of another service, or with one part missing.
      fc
        .constantFrom("source", "detail-type", "id", "detail")
        .map((part) => JSON.stringify({ ...dispatch("job1"), [part]: undefined })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 25 }), async (texts) => {
        const world = queue(texts);
        const report = await redriveLetters(SWEEP, world.ports, never);
        expect(report).toMatchObject({ unknown: texts.length, complete: true });
        expect(world.invoked).toEqual([]);
        expect(world.due().toSorted()).toEqual(texts.toSorted());
      }),
    );
  });
});
