import { formatRecord, type JobRecord } from "../../protocol/record.ts";
import { testContext } from "./test-ui.ts";

/** The record of a job that has ended. */
export const endOf = (prefix: string, changes: Partial<JobRecord> = {}): JobRecord => ({
  version: 1,
  prefix,
  submission: "s1",
  state: "JOB_COMPLETE",
  outcome: "completed",
  times: {},
  ...changes,
});

/** A bucket in which jobs end while others sleep. */
export function endingJobs(changes: Parameters<typeof testContext>[0] = {}) {
  const w = testContext(changes);
  const steps: (() => Promise<unknown>)[] = [];
  const { sleep } = w.context;
  w.context.sleep = async (ms) => {
    await sleep(ms);
    await steps.shift()?.();
  };
  const state = (prefix: string, word: string) =>
    w.store.put(`${prefix}/job-aws-stat.txt`, `${word}\n`);
  const end = async (prefix: string, record: Partial<JobRecord> = {}) => {
    const whole = endOf(prefix, record);
    await w.store.put(`${prefix}/job-aws-job.json`, formatRecord(whole));
    await state(prefix, whole.state);
  };
  return { ...w, steps, state, end };
}
