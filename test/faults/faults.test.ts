import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makePlan, runCampaign } from "./campaign.ts";
import { CHECKS } from "./checks.ts";
import { faultsConfig, replayCommand } from "./config.ts";
import { type Evidence, readLogs } from "./evidence.ts";
import { FaultCloud } from "./fault-cloud.ts";
import type { Expected } from "./jobs.ts";
import { type Judged, table } from "./report.ts";
import { settle } from "./settle.ts";
import type { Submission } from "./submission.ts";

const config = faultsConfig();
const plan = makePlan(config);
const kinds = [...plan.own, ...plan.shared.flat()].map(({ kind }) => kind);
const replay = `seed ${config.seed}; again: ${replayCommand(config)}`;
let submissions: Submission[] = [];
let evidence: Evidence | undefined;
let judged: Judged[] = [];

/** Without the frame that jest puts around console.log. */
const say = (text: string) => void process.stderr.write(`${text}\n`);

beforeAll(async () => {
  say(`${kinds.length} submissions; ${replay}`);
  const cloud = new FaultCloud(config.local);
  const stop = cloud.start();
  try {
    submissions = await runCampaign(plan, cloud);
    const leftOver = await settle(cloud);
    await cloud.controller.look();
    const states = submissions.map(
      async ({ prefix }) => [prefix, await cloud.bucket.state(prefix)] as const,
    );
    const lastStates = new Map(await Promise.all(states));
    const { seen: jobs, strangers } = cloud.controller;
    evidence = { ...readLogs(config.local, strangers), leftOver, lastStates, jobs };
  } finally {
    await stop();
  }
  judged = submissions.map((submission) => ({
    submission,
    violations: Object.values(CHECKS).flatMap((check) => check(submission, evidence as Evidence)),
  }));
}, 3_600_000);

afterAll(() => {
  if (judged.length > 0) say(table(judged));
  if (judged.some(({ violations }) => violations.length > 0)) say(replay);
});

/** Everything that is wrong about some submissions, a line each. */
function complaints(of: readonly Judged[]): string[] {
  return of.flatMap(({ submission: { prefix, job }, violations }) =>
    violations.map(({ what, text }) => `${prefix} (${job.shape}) ${what}: ${text}`),
  );
}

describe("no promise is broken by", () => {
  const names = [...new Set(kinds.map(({ name }) => name))].toSorted();
  test.each(names)("%s", (name) => {
    const own = judged.filter(({ submission }) => submission.kind === name);
    expect(complaints(own)).toEqual([]);
    const injected = own.reduce((sum, { submission }) => sum + submission.injected, 0);
    expect(injected).toBeGreaterThan(0);
  });
});

test("slurmctld has accepted as many jobs as were submitted, and squeue shows no others", () => {
  const sum = (of: (expected: Expected) => number) =>
    submissions.reduce((all, { job }) => all + of(job.expected), 0);
  const most = sum(({ sbatch }) => sbatch);
  const least = sum(({ sbatch, sbatchMin = sbatch }) => sbatchMin);
  const counts = [evidence?.slurmctldCount ?? -1, evidence?.jobs.size ?? -1];
  expect(counts.filter((count) => count < least || count > most)).toEqual([]);
  expect(counts[0]).toBe(counts[1]);
});

test("nothing is left over in the bucket, the spool or the journal", () => {
  expect(Object.values(evidence?.leftOver ?? {}).flat()).toEqual([]);
});
