import * as fc from "fast-check";
import type { JobRecord } from "../../protocol/record.ts";
import { STATES } from "../../protocol/state.ts";

/** Who forges, and whose job it is about. */
export const ALICE = { prefix: "alice-1", account: "111111111111" };
export const BOB = { prefix: "bob-1", submission: "bobs-own", account: "222222222222" };
/** An account without an owner. */
export const NOBODY = "999999999999";

/** Names that would lead elsewhere, or to another user. */
export const HOSTILE_NAMES = [
  "..",
  ".",
  "",
  "/",
  "../..",
  "../../../../x",
  "/etc/passwd",
  `../${BOB.prefix}`,
  `${BOB.prefix}/${BOB.submission}`,
  `x/../../${BOB.prefix}`,
  "a\0b",
  "a\nb",
  "x".repeat(300),
  ".cloud-submit",
  "-rf",
  "$(id)",
  "__proto__",
  BOB.submission,
  BOB.prefix,
];

const AT = "2026-11-23T20:45:01.000Z";

/** A record of alice's own job, as the agent writes it. */
export const honest: JobRecord = {
  version: 1,
  prefix: ALICE.prefix,
  submission: "alices-own",
  state: "JOB_SUBMIT",
  requester: { account: ALICE.account, submitter: "alice@desk" },
  slurm: { jobId: "7" },
  times: { requested: AT },
};

const verdict = { verdict: "complete", files: 9, bytes: 9, skipped: [], skippedCount: 0 };

/** For each field of a record values that a forger would give it: a new field has none, and does not compile. */
export const FORGED: Record<keyof JobRecord, readonly unknown[]> = {
  version: [2, "1", null, 1],
  prefix: HOSTILE_NAMES,
  submission: HOSTILE_NAMES,
  state: ["RUN", 7, ...STATES, "JOB_SUBMIT"],
  outcome: ["won", "completed", "lost"],
  error: [
    { code: "internal", message: "forged" },
    { code: "bad-prefix", message: "" },
  ],
  requester: [
    { account: "a;b" },
    { account: NOBODY },
    { account: BOB.account, submitter: "bob@desk" },
  ],
  // The last is bob's job.
  slurm: [{ jobId: "-1" }, { jobId: "1", exitCode: 0, state: "COMPLETED" }, { jobId: "1" }],
  stageIn: [{ verdict: "complete" }, verdict],
  stageOut: [verdict],
  sbatchOptions: [["--uid=root"], ["--export-file=/etc/shadow"]],
  output: [[{ stdout: "../../../../etc/shadow" }], [{ stdout: `../${BOB.prefix}/result` }]],
  waitsFor: [
    [{ prefix: "../x", condition: "ok" }],
    "all",
    [{ prefix: BOB.prefix, submission: BOB.submission, condition: "ok" }],
  ],
  notes: [[{ code: "x", values: { path: "/etc" } }]],
  times: [{ submitted: "yesterday" }, { final: AT }, {}],
  refused: [[{ submission: BOB.submission, at: AT, reason: "" }]],
};

/** Records with one forged field each. */
export const forgedOnce: [field: string, value: unknown][] = Object.entries(FORGED).flatMap(
  ([field, values]) => values.map((value): [string, unknown] => [field, value]),
);

/** The text of a record that may be forged. */
export const forgedRecords = fc.oneof(
  { weight: 6, arbitrary: fc.record(fieldsOfMany(), { requiredKeys: [] }).map(overHonest) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);

function fieldsOfMany(): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(FORGED).map(([field, values]) => [
      field,
      // Every second one is what does most harm: it comes last.
      fc.oneof(fc.constantFrom(...values), fc.constant(values.at(-1))),
    ]),
  );
}

function overHonest(fields: object): string {
  return JSON.stringify({ ...honest, ...fields });
}

/** The metadata of a status object that may be forged: only what S3 carries. */
export const forgedMetadata: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    submission: fc.constantFrom(...HOSTILE_NAMES.filter((name) => /^[\x21-\x7e]+$/.test(name))),
    submitter: fc.constantFrom("bob@desk", "root@head"),
    links: fc.constantFrom("keep", "all"),
    "sbatch-options": fc.constantFrom('["--uid=root"]', '["--nodes=1"]', "[", '["--wrap=id"]'),
    after: fc.constantFrom("../x", "a,,b", "a@b@c", "x:never", `${BOB.prefix}:any@none`),
    "cloud-submit-writer": fc.constantFrom("agent", "functions"),
    account: fc.constant(NOBODY),
    requester: fc.constant(NOBODY),
    prefix: fc.constant(BOB.prefix),
  },
  { requiredKeys: [] },
);

/** Texts of status objects. */
export const forgedStates = fc.constantFrom(
  // Those that something is done about come more often.
  "JOB_CANCEL",
  "JOB_CANCEL",
  "JOB_CANCEL",
  "FILE_UPLOAD",
  "JOB_SUBMIT",
  "JOB_SUBMIT",
  "JOB_COMPLETE",
  "JOB_ERROR",
  "job_cancel",
  "FILE_UPLOAD\nJOB_CANCEL",
  "",
);
