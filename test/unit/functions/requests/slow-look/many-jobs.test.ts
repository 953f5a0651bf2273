import { expect, test } from "@jest/globals";
import { REQUESTS_PER_LOOK, slowLook } from "../../../../../functions/requests/slow-look.ts";
import { functionWorld } from "../../../../support/function-world.ts";
import { generatedPages } from "../../../../support/generated-pages.ts";

const times = { redispatchSeconds: 240 };
const inTime = new AbortController().signal;

/** Looks once an hour until a round is done, and says how many hours that took, and the most requests in one. */
async function round(jobs: number, objects: number, hoursMax: number) {
  const w = functionWorld();
  w.store.page = generatedPages(jobs, objects);
  const total = () => Object.values(w.store.requests).reduce((sum, one) => sum + one, 0);
  let most = 0;
  for (let hour = 1; hour <= hoursMax; hour++) {
    const before = total();
    const report = await slowLook(times, `i${hour}`, w.ports, inTime);
    most = Math.max(most, report.pages + total() - before);
    if (report.isRoundDone) return { hours: hour, most };
    w.passSeconds(3600);
  }
  return { hours: Number.POSITIVE_INFINITY, most };
}

/** The heartbeat, the agent's look each minute, and the sweep each five minutes, at nothing pending. */
const OTHERS_PER_HOUR = 60 + 60 + 12;

test("100,000 jobs of 13 objects that have ended are gone through once a day, within 200 requests an hour in all", async () => {
  const { hours, most } = await round(100_000, 13, 24);
  expect(hours).toBeLessThanOrEqual(24);
  expect(most).toBe(REQUESTS_PER_LOOK + 2);
  expect(most + OTHERS_PER_HOUR).toBeLessThanOrEqual(200);
});

test("1,000,000 jobs take longer, and no more an hour", async () => {
  const { hours, most } = await round(1_000_000, 3, 60);
  expect(hours).toBeLessThanOrEqual(60);
  expect(most).toBe(REQUESTS_PER_LOOK + 2);
}, 120_000);

test("a job of a million objects costs a few pages", async () => {
  const { hours } = await round(20, 1_000_000, 2);
  expect(hours).toBe(1);
});
