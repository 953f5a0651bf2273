import { dispatchRequest } from "../../functions/requests/dispatch-request.ts";
import { sweepPending } from "../../functions/requests/sweep-pending.ts";
import type { State } from "../../protocol/state.ts";
import { functionWorld, type StatusFacts } from "./function-world.ts";

/** The defaults. */
export const SWEEP_TIMES = { redispatchSeconds: 240, deadlineSeconds: 86_400 };
/** It has all the time it needs. */
export const inTime = new AbortController().signal;

/** Requests that are pending, a second each after the other; the agent has looked before them. */
export async function pending(prefixes = ["job1"], state: State = "FILE_UPLOAD") {
  const w = functionWorld();
  w.beats(w.ports.now());
  const ask = async (prefix: string, what: State = state, facts: StatusFacts = {}) => {
    w.passSeconds(1);
    w.status(prefix, what, facts);
    const key = `${prefix}/job-aws-stat.txt`;
    await dispatchRequest({ key, requester: "1", invocation: "i1" }, w.ports);
  };
  for (const prefix of prefixes) await ask(prefix);
  w.sent.length = 0;
  const sweep = (timeIsUp = inTime) => sweepPending(SWEEP_TIMES, w.ports, timeIsUp);
  /** The agent looks now, and says so. */
  const look = () => w.beats(w.ports.now());
  /** The agent has taken it up. */
  const submitted = (prefix: string, submission: string) =>
    w.status(prefix, "JOB_SUBMIT", { metadata: { submission } });
  return { ...w, w, ask, sweep, look, submitted };
}
