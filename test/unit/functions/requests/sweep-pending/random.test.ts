import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sweepPending } from "../../../../../functions/requests/sweep-pending.ts";
import { HEARTBEAT_KEY } from "../../../../../protocol/heartbeat.ts";
import { pendingKey } from "../../../../../protocol/marker.ts";
import { FINAL_STATES, STATES, type State } from "../../../../../protocol/state.ts";
import { functionWorld } from "../../../../support/function-world.ts";
import { inTime, SWEEP_TIMES } from "../../../../support/pending-requests.ts";

const DEADLINE = SWEEP_TIMES.deadlineSeconds;
const ages = fc.oneof(
  fc.integer({ min: 0, max: 500 }),
  fc.integer({ min: DEADLINE - 10, max: DEADLINE + 10 }),
  fc.integer({ min: DEADLINE, max: 40 * DEADLINE }),
);
const marker = fc.record({
  prefix: fc.constantFrom("job1", "job2", "job3"),
  action: fc.constantFrom("run" as const, "cancel" as const),
  submission: fc.constantFrom("s1", "s2"),
  age: ages,
  form: fc.constantFrom("told", "long", "earlier"),
});
type Marker = typeof marker extends fc.Arbitrary<infer T> ? T : never;
const nameOf = ({ prefix, action, submission }: Marker) => `${prefix}/${action}-${submission}`;
const status = fc.record({
  state: fc.option(fc.constantFrom(...STATES), { nil: undefined }),
  submission: fc.constantFrom("s1", "s2", "s3"),
});
const world = fc.record({
  markers: fc.uniqueArray(marker, {
    maxLength: 8,
    // One object each.
    selector: (one) => `${nameOf(one)} ${one.form} ${one.form === "earlier" ? "" : one.age}`,
  }),
  statuses: fc.record({ job1: status, job2: status, job3: status }, { requiredKeys: [] }),
  looked: fc.oneof(
    fc.constantFrom("none" as const, "unreadable" as const),
    // Written so long ago: an agent that is alive, or dead; it has looked before that.
    fc.record({
      beat: fc.constantFrom(0, 180, 181, 3600),
      ago: ages,
      ahead: fc.constantFrom(0, -1e7, 1e7),
    }),
  ),
});

/** The state, and whose it is. */
const seen = (w: ReturnType<typeof functionWorld>, prefix: string) => {
  const held = w.store.objects.get(`${prefix}/job-aws-stat.txt`);
  const state = w.statuses.get(prefix)?.state;
  return held && { state, submission: held.metadata.submission };
};

test("a sweep ends all that has been silent for too long and is open, and nothing else, whatever is pending", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ markers, statuses, looked }) => {
      const w = functionWorld();
      w.passSeconds(50 * DEADLINE);
      const now = w.ports.now().getTime();
      for (const [prefix, { state, submission }] of Object.entries(statuses))
        w.status(prefix, state, { metadata: { submission } });
      const keys = markers.map((one) => hold(w, one, now));
      if (looked === "unreadable") w.store.hold(HEARTBEAT_KEY, Buffer.from("{"), any);
      const lookedAgo = typeof looked === "object" ? looked.beat + looked.ago : Infinity;
      if (typeof looked === "object") {
        const byOwn = now + looked.ahead * 1000;
        w.beats(new Date(byOwn - looked.ago * 1000), new Date(byOwn));
        w.store.objects.get(HEARTBEAT_KEY)!.lastModified = new Date(now - looked.beat * 1000);
      }
      // An agent that is alive may be at work on what Slurm has.
      const isDead = typeof looked === "object" && looked.beat > 180;
      const before = new Map(["job1", "job2", "job3"].map((prefix) => [prefix, seen(w, prefix)]));
      const report = await sweepPending(SWEEP_TIMES, w.ports, inTime);

      expect(report.failed).toEqual([]);
      expect(w.sent.length).toBeLessThanOrEqual(1);
      const silence = (one: Marker) => Math.min(one.age, lookedAgo);
      const isLate = (one: Marker) =>
        markers
          .filter((other) => nameOf(other) === nameOf(one))
          .every((other) => silence(other) > DEADLINE);
      for (const [prefix, was] of before) {
        const is = seen(w, prefix);
        const own = markers.filter((one) => one.prefix === prefix && isLate(one));
        if (
          was &&
          !FINAL_STATES.has(was.state as State) &&
          own.some((one) => isOpen(one, was, isDead))
        )
          expect(is?.state).toBe("JOB_ERROR");
        else expect(is).toEqual(was);
      }
      // One that is not late keeps its marker; one that is late loses it, unless the agent may be at work on it.
      for (const [index, one] of markers.entries()) {
        const was = before.get(one.prefix);
        if (!isLate(one)) expect(w.store.objects.has(keys[index]!)).toBe(true);
        else if (isDead || was?.state !== "JOB_SUBMIT")
          expect(w.store.objects.has(keys[index]!)).toBe(false);
      }
      if (markers.every((one) => silence(one) <= SWEEP_TIMES.redispatchSeconds))
        expect(w.sent).toEqual([]);
      // A second sweep finds nothing to end.
      const again = await sweepPending(SWEEP_TIMES, w.ports, inTime);
      expect([again.givenUp, again.removed]).toEqual([0, 0]);
    }),
    { numRuns: 400 },
  );
});

const any = { versionId: undefined, lastModified: new Date(0), metadata: {} };

/** Puts a marker into the bucket: with all that is told in its key, with a digest, or as earlier versions did. */
function hold(w: ReturnType<typeof functionWorld>, one: Marker, now: number): string {
  const { prefix, action, submission, age, form } = one;
  const written = new Date(now - age * 1000);
  const metadata = { note: form === "long" ? "x".repeat(1500) : "" };
  const asked = { etag: "e", time: written.getTime(), account: "1", metadata };
  const key = pendingKey({ prefix, action, submission }, form === "earlier" ? undefined : asked);
  const text = { version: 1, prefix, action, submission, requestedAt: written.toISOString() };
  const body = JSON.stringify({ ...text, dispatcher: "i" });
  w.store.hold(key, Buffer.from(body), { ...any, lastModified: written });
  return key;
}

function isOpen(
  { action, submission }: Marker,
  was: { state: State | undefined; submission: string | undefined },
  isDead: boolean,
): boolean {
  const isSame = was.submission === submission;
  if (action === "cancel") return was.state === "JOB_CANCEL" && isSame;
  if (was.state === "JOB_CANCEL") return true;
  return isSame && (was.state === "FILE_UPLOAD" || (was.state === "JOB_SUBMIT" && isDead));
}
