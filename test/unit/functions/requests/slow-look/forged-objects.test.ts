import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { dispatchRequest } from "../../../../../functions/requests/dispatch-request.ts";
import { slowLook } from "../../../../../functions/requests/slow-look.ts";
import { sweepPending } from "../../../../../functions/requests/sweep-pending.ts";
import { pendingFolder } from "../../../../../protocol/marker.ts";
import { keyOf, RECORD_FILE, STATUS_FILE } from "../../../../../protocol/objects.ts";
import { type JobRecord, RECORD_MAX_BYTES } from "../../../../../protocol/record.ts";
import { requestSchema } from "../../../../../protocol/request.ts";
import {
  ALICE,
  BOB,
  forgedMetadata,
  forgedOnce,
  forgedRecords,
  forgedStates,
  honest,
} from "../../../../support/forged-objects.ts";
import { functionWorld } from "../../../../support/function-world.ts";

const times = { redispatchSeconds: 240, deadlineSeconds: 86_400 };
const inTime = new AbortController().signal;

const bobs: JobRecord = {
  ...honest,
  prefix: BOB.prefix,
  submission: BOB.submission,
  requester: { account: BOB.account },
  slurm: { jobId: "1" },
};

/** Bob's job runs; alice writes what she likes below her own prefix, and everything that looks at it does. */
async function forge(state: string, record: string, metadata: Record<string, string> = {}) {
  const w = functionWorld();
  w.records.set(BOB.prefix, bobs);
  const bobsStatus = keyOf(BOB.prefix, STATUS_FILE);
  w.status(BOB.prefix, "FILE_UPLOAD", { metadata: { submission: BOB.submission } });
  const asked = { key: bobsStatus, requester: BOB.account, invocation: "i0" };
  await dispatchRequest(asked, w.ports);
  w.status(BOB.prefix, "JOB_SUBMIT", { metadata: { submission: BOB.submission } });
  w.sent.length = 0;
  w.announced.length = 0;
  const bobsObjects = () =>
    [...w.store.objects]
      .filter(([key]) => key.includes(BOB.prefix))
      .map(([key, { body }]) => `${key}: ${body.toString()}`);
  const before = bobsObjects();
  await w.store.put(keyOf(ALICE.prefix, RECORD_FILE), record);
  await w.store.put(keyOf(ALICE.prefix, STATUS_FILE), state, { metadata });
  w.store.writes.length = 0;
  const event = {
    key: keyOf(ALICE.prefix, STATUS_FILE),
    requester: ALICE.account,
    invocation: "i1",
  };
  await dispatchRequest(event, w.ports);
  w.passSeconds(3601);
  await slowLook(times, "i2", w.ports, inTime);
  w.passSeconds(90_000);
  // Bob's is young, and alice's is past the deadline.
  for (const [key, held] of w.store.objects)
    if (key.startsWith(pendingFolder(BOB.prefix))) held.lastModified = w.ports.now();
  await sweepPending(times, w.ports, inTime);
  return { w, before, after: bobsObjects() };
}

/** Nothing of this may break, whatever alice wrote. */
function expectHarmless({ w, before, after }: Awaited<ReturnType<typeof forge>>): void {
  expect(after).toEqual(before);
  for (const key of w.store.writes)
    expect(key).toMatch(
      /^(\.cloud-submit\/slow-look\.json$|\.cloud-submit\/pending\/alice-1\/|alice-1\/job-aws-)/,
    );
  for (const { requester, ...request } of w.sent) {
    expect(requestSchema.safeParse(request).success).toBe(true);
    expect(["", ALICE.account]).toContain(requester);
    expect(request.prefix).toBe(ALICE.prefix);
  }
  for (const change of w.announced) {
    expect(change.prefix).toBe(ALICE.prefix);
    expect([undefined, ALICE.account]).toContain(change.requester?.account);
    expect(change.slurmJobId).toBeUndefined();
  }
}

describe("no function obeys what a client wrote", () => {
  test.each(forgedOnce)("into the field %s of a record: %j", async (field, value) => {
    for (const state of ["JOB_SUBMIT", "JOB_CANCEL", "FILE_UPLOAD"])
      expectHarmless(await forge(state, JSON.stringify({ ...honest, [field]: value })));
  });

  test("into status object and record, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(forgedStates, forgedRecords, forgedMetadata, async (...wrote) =>
        expectHarmless(await forge(...wrote)),
      ),
    );
  });

  test("as a record that is far too long: nothing of it is read", async () => {
    let read = 0;
    const long = JSON.stringify(honest).padEnd(RECORD_MAX_BYTES + 1);
    const { w } = await forge("JOB_SUBMIT", long);
    w.store.before = (operation, key) =>
      void (read += Number(operation === "get" && key === keyOf(ALICE.prefix, RECORD_FILE)));
    await slowLook(times, "i3", w.ports, inTime);
    await sweepPending(times, w.ports, inTime);
    expect(read).toBe(0);
  });
});

test("an event speaks for the write that it is of: it gives no account to a later one", async () => {
  const w = functionWorld();
  w.status("job1", "FILE_UPLOAD", { metadata: { submission: "bobs" } });
  const key = keyOf("job1", STATUS_FILE);
  const late = { key, versionId: "v0", requester: ALICE.account, invocation: "i1" };
  expect(await dispatchRequest(late, w.ports)).toMatchObject({ did: "nothing" });
  const own = { key, versionId: "v1", requester: BOB.account, invocation: "i2" };
  expect(await dispatchRequest(own, w.ports)).toMatchObject({ did: "send", submission: "bobs" });
  expect(w.announced.map(({ requester }) => requester?.account)).toEqual([BOB.account]);
});

test("a marker whose text is another request's tells nothing of who asked", async () => {
  const w = functionWorld();
  w.status(ALICE.prefix, "FILE_UPLOAD", { metadata: { submission: "s1" } });
  const text = JSON.stringify({
    version: 1,
    prefix: BOB.prefix,
    submission: BOB.submission,
    action: "run",
    requester: { account: BOB.account },
    requestedAt: "2026-11-20T00:00:00.000Z",
    dispatcher: "x",
  });
  await w.store.put(".cloud-submit/pending/alice-1/run-s1.json", text);
  await w.store.put(".cloud-submit/pending/../run-s1.json", text);
  await w.store.put(".cloud-submit/pending/alice-1/run-...json", text);
  w.passSeconds(100_000);
  expect(await sweepPending(times, w.ports, inTime)).toMatchObject({ sent: 0, givenUp: 1 });
  expect(w.announced.map(({ prefix, requester }) => [prefix, requester])).toEqual([
    [ALICE.prefix, undefined],
  ]);
});
