import { LIVE_FOLDER, RECORD_FILE, STATUS_FILE } from "../../protocol/objects.ts";
import { type Evidence, prefixOfComment } from "./evidence.ts";
import type { Submission } from "./submission.ts";

/** A promise that was broken. */
export type Broken = "lost" | "doubled" | "early" | "left over" | "wrong" | "harness";
export interface Violation {
  readonly what: Broken;
  readonly text: string;
}

type Check = (submission: Submission, evidence: Evidence) => Violation[];

const violation = (what: Broken, text: string): Violation[] => [{ what, text }];

const becomesFinal: Check = ({ ended, state }) =>
  ended === undefined ? violation("lost", `it never became final: ${state}`) : [];

/** Jobs in Slurm, by the ids that sbatch printed and by what squeue showed. */
const isSubmittedOnce: Check = ({ prefix, job }, { accepted, jobs }) => {
  const { sbatch: want, sbatchMin: least = want } = job.expected;
  const called = accepted.filter((each) => each === prefix).length;
  const seen = [...jobs].filter((line) => prefixOfComment(line.split(" ")[1]) === prefix).length;
  // An sbatch that was killed has printed no id, and Slurm may have its job all the same.
  const count = Math.max(called, seen);
  if (count >= least && count <= want) return [];
  return violation(count > want ? "doubled" : "lost", `${count} jobs in Slurm, not ${want}`);
};

const endsAsExpected: Check = ({ job, state, record, ended }) => {
  if (ended === undefined) return [];
  const { expected } = job;
  const outcome = record?.outcome;
  const wrong: string[] = [];
  if (!expected.states.some((one) => one === state))
    wrong.push(`the state is ${state}, not ${expected.states.join(" or ")}`);
  if (!outcome || !expected.outcomes.includes(outcome))
    wrong.push(
      `the outcome is ${outcome} (${JSON.stringify(record?.error ?? record?.slurm)}), not ${expected.outcomes.join(" or ")}`,
    );
  // A job that was cancelled, where that may be, or that never ran, did not come to its own exit.
  const own = record?.outcome !== "cancelled" && expected.sbatch !== 0;
  if (own && expected.exitCode !== undefined && record?.slurm?.exitCode !== expected.exitCode)
    wrong.push(`the exit code is ${record?.slurm?.exitCode}, not ${expected.exitCode}`);
  if (expected.restarts !== undefined && record?.slurm?.restarts !== expected.restarts)
    wrong.push(`Slurm's restarts are ${record?.slurm?.restarts}, not ${expected.restarts}`);
  const named = new Set(record?.stageOut?.skipped.map(({ path }) => path));
  for (const path of expected.skipped)
    if (!named.has(path)) wrong.push(`the record does not name ${path} as left out`);
  if (expected.skipped.length === 0 && named.size > 0)
    wrong.push(`left out: ${[...named].join(", ")}`);
  return wrong.flatMap((text) => violation("wrong", text));
};

/** Every result was there, byte for byte, at the moment when the final state was seen. */
const bringsResults: Check = ({ job, files, ended, record }) => {
  // A job that Slurm itself has lost may have made none; whether it may be lost is another check's.
  if (ended === undefined || record?.outcome === "lost") return [];
  const wrong = [...job.expected.files].filter(([name, bytes]) => !files.get(name)?.equals(bytes));
  const said = wrong.map(([name, bytes]) => {
    const got = files.get(name);
    if (!got) return `${name} is missing`;
    return `${name} has ${got.length === bytes.length ? "other bytes" : `${got.length} bytes, not ${bytes.length}`}`;
  });
  return said.length === 0 ? [] : violation("lost", said.join("; "));
};

/** By the order of writes that S3 has answered: results, then the record, then the state, and nothing after it. */
const isNotEarly: Check = ({ prefix, state, record, ended }, { requests }) => {
  if (ended === undefined) return [];
  const writes = requests.filter(
    ({ operation, key, answer }) =>
      operation === "write" &&
      answer === 200 &&
      (key.startsWith(`${prefix}/`) || key.startsWith(`${LIVE_FOLDER}${prefix}/`)),
  );
  const final = writes.find((line) => line.status === state);
  if (!final) return violation("early", `no write of ${state} is in the log`);
  const late = writes.filter(({ key, to }) => to > final.from && !key.endsWith(`/${STATUS_FILE}`));
  const recordFirst = writes.some(
    ({ key, to }) => key.endsWith(`/${RECORD_FILE}`) && to <= final.from,
  );
  return [
    ...late.flatMap(({ key }) => violation("early", `${key} was written after ${state}`)),
    ...(recordFirst ? [] : violation("early", `${state} without a record before it`)),
    ...(record?.state === state ? [] : violation("early", `the record says ${record?.state}`)),
  ];
};

const staysFinal: Check = ({ prefix, state, ended }, { lastStates }) => {
  const last = lastStates.get(prefix);
  return ended === undefined || last === state ? [] : violation("wrong", `${state} became ${last}`);
};

const leavesNothing: Check = ({ prefix }, { leftOver }) => {
  const about = new RegExp(`(^|[^A-Za-z0-9-])${prefix}($|[^A-Za-z0-9-])`);
  return Object.values(leftOver)
    .flat()
    .filter((text: string) => about.test(text))
    .flatMap((text: string) => violation("left over", text));
};

const isProven: Check = ({ broken }) => (broken === undefined ? [] : violation("wrong", broken));

const harnessDid: Check = ({ harnessError }) =>
  harnessError === undefined ? [] : violation("harness", harnessError);

/** Every promise, by name. */
export const CHECKS: Readonly<Record<string, Check>> = {
  "every submission becomes final": becomesFinal,
  "sbatch accepts it once": isSubmittedOnce,
  "it ends as its job does": endsAsExpected,
  "results are byte for byte what the job made": bringsResults,
  "the final state comes after everything else": isNotEarly,
  "a final state stays": staysFinal,
  "nothing is left over": leavesNothing,
  "what its kind proves is so": isProven,
  "the faults could be put in": harnessDid,
};
