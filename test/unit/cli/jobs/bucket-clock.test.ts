import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { agentHeartbeat } from "../../../../cli/jobs/agent-heartbeat.ts";
import { parseFlags } from "../../../../cli/parse-flags.ts";
import { dataList } from "../../../../cli/verbs/data/list.ts";
import { dataPut } from "../../../../cli/verbs/data/put.ts";
import { checkAgent } from "../../../../cli/verbs/doctor/agent-check.ts";
import type { DoctorContext } from "../../../../cli/verbs/doctor/context.ts";
import { listVerb } from "../../../../cli/verbs/list/description.ts";
import { list } from "../../../../cli/verbs/list/list.ts";
import { prune } from "../../../../cli/verbs/prune/prune.ts";
import { rm } from "../../../../cli/verbs/rm/rm.ts";
import { status } from "../../../../cli/verbs/status/status.ts";
import { HEARTBEAT_KEY } from "../../../../protocol/heartbeat.ts";
import { makePrefix } from "../../../../protocol/prefix.ts";
import { folderOf } from "../../../support/data-scene.ts";
import { endingJobs } from "../../../support/ending-jobs.ts";
import { heartbeatText } from "../../../support/heartbeat.ts";

/** S3's time; the heartbeat is 10 s older. */
const NOW = Date.parse("2026-11-24T12:00:00Z");
const DAY = 86_400_000;

const flagsOf = (flags: object) => parseFlags(listVerb.flags, flags) as never;

/** The words of each verb that tells of ages, and its removals, where this machine's clock is off by so much. */
async function said(offMs: number): Promise<string[]> {
  const w = endingJobs({ now: () => new Date(NOW + offMs), columns: 160 });
  const { context, store } = w;
  store.answered = () => new Date(NOW);
  const at = (minutes: number) => {
    store.now = () => new Date(NOW - minutes * 60_000);
    return store.now();
  };
  const old = makePrefix("old", at(3 * 24 * 60), "00ab12");
  const times = { requested: at(3 * 24 * 60).toISOString(), ended: at(2 * 24 * 60).toISOString() };
  await w.end(old, { times });
  const late = makePrefix("late", at(30), "00ab12");
  await w.end(late, { times: { requested: at(30).toISOString(), final: at(5).toISOString() } });
  at(10);
  await w.state("runs", "JOB_SUBMIT");
  await w.state("waits", "FILE_UPLOAD");
  await dataPut({ ...context, out: () => undefined, err: () => undefined }, folderOf(1), "set", {});
  await store.put(HEARTBEAT_KEY, heartbeatText());
  await list(context, undefined, flagsOf({ since: "1h" }));
  await list(context, "late*", flagsOf({ follow: true, untilEnded: true }));
  await status(context, "runs", { explain: true });
  await status(context, "waits", { explain: true });
  await dataList(context, undefined);
  await prune(context, undefined, { older: "1d", dryRun: true }, undefined);
  await rm(context, [old, late], { dryRun: true }, undefined);
  const doctor = { ...context, version: "1.2.3" } as unknown as DoctorContext;
  const agent = await checkAgent(doctor, store, agentHeartbeat(store), false);
  return [...w.out, ...w.err, JSON.stringify(agent)];
}

test("how wrong this machine's clock is shows nowhere", async () => {
  const right = await said(0);
  const text = right.join("\n");
  for (const age of ["10m00s", "30m00s", "2d00h", "10s"]) expect(text).toContain(age);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -40 * DAY, max: 40 * DAY }), async (offMs) => {
      expect(await said(offMs)).toEqual(right);
    }),
    { numRuns: 20 },
  );
});
