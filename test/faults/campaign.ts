import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import { Random } from "../../local/random.ts";
import { messageOf } from "../../protocol/error.ts";
import type { FaultsConfig } from "./config.ts";
import type { FaultCloud } from "./fault-cloud.ts";
import type { FaultKind, SharedFault } from "./fault-kind.ts";
import { type Job, makeJob, type Shape } from "./jobs.ts";
import { ownFaults, sharedFaults } from "./kinds/index.ts";
import { Scene } from "./scene.ts";
import { type Submission, uploadJob, WATCH_MS, watchSubmission } from "./submission.ts";

/** Submissions on the stage at a time. */
const AT_ONCE = 12;

/** Shapes for kinds of fault that name none. */
const QUICK: readonly Shape[] = ["files", "files", "exit", "array", "large"];

/** Submissions that meet a shared fault together, when there are enough. */
const TOGETHER = 5;

/** Submissions that one fault may miss: one command rings for many, and another one's may be it. */
const MISSES_MAX = 6;

/** When each kind is to strike only once. */
const FEW_TOGETHER = 3;

interface Planned<K> {
  readonly kind: K;
  readonly prefix: string;
  readonly random: Random;
}

/** All that a run is going to do, which the seed alone decides. */
export interface Plan {
  readonly own: readonly Planned<FaultKind>[];
  readonly shared: readonly (readonly Planned<SharedFault>[])[];
}

/** Each kind once, then more of them in turn until there are enough submissions. */
export function makePlan({ seed, submissions, only, without }: FaultsConfig): Plan {
  const random = new Random(seed);
  const chosen = <K extends { name: string }>(kinds: readonly K[]) =>
    kinds.filter(({ name }) => name.includes(only) && (without === "" || !name.includes(without)));
  const [own, shared] = [chosen(ownFaults), chosen(sharedFaults)];
  if (own.length + shared.length === 0) throw new Error(`no kind of fault is called ${only}`);
  const sum = (usual: number) => shared.reduce((all, { together = usual }) => all + together, 0);
  const usual = submissions <= own.length + sum(FEW_TOGETHER) ? FEW_TOGETHER : TOGETHER;
  const rounds = Math.ceil((submissions - sum(usual)) / Math.max(1, own.length));
  let number = 0;
  const plan = <K>(kind: K): Planned<K> => {
    number += 1;
    return { kind, prefix: `s${seed}-${number}`, random: random.fork() };
  };
  const list = Array.from({ length: Math.max(1, rounds) }, () => random.shuffled(own)).flat();
  return {
    // The slowest go first.
    own: list.toSorted((a, b) => Number(isSlow(b)) - Number(isSlow(a))).map(plan),
    shared: shared.map((kind) => Array.from({ length: kind.together ?? usual }, () => plan(kind))),
  };
}

const isSlow = ({ shapes }: FaultKind) => shapes?.includes("requeue") === true;

/** Carries the plan out. */
export async function runCampaign(plan: Plan, cloud: FaultCloud): Promise<Submission[]> {
  const run = async (which: (kind: FaultKind) => boolean) => {
    const chosen = plan.own.filter(({ kind }) => which(kind));
    return (await mapBounded(chosen, AT_ONCE, (planned) => untilStruck(planned, cloud))).flat();
  };
  const aside = run((kind) => kind.aside === true);
  const done = await run((kind) => !kind.aside && !kind.rough);
  done.push(...(await run((kind) => kind.rough === true)));
  for (const group of plan.shared) done.push(...(await runShared(group, cloud)));
  return [...done, ...(await aside)];
}

/** Submits again, under other prefixes, as long as the fault has met nothing. */
async function untilStruck(planned: Planned<FaultKind>, cloud: FaultCloud): Promise<Submission[]> {
  const all: Submission[] = [];
  for (let misses = 0; misses < MISSES_MAX; misses++) {
    const prefix = misses === 0 ? planned.prefix : `${planned.prefix}-${misses}`;
    const submission = await runOwn({ ...planned, prefix }, cloud);
    all.push(submission);
    if (submission.injected > 0) break;
  }
  return all;
}

async function runOwn(planned: Planned<FaultKind>, cloud: FaultCloud): Promise<Submission> {
  const { kind } = planned;
  const [scene, submission] = await prepare(planned, cloud);
  await attempt(submission, async () => {
    await kind.before?.(scene);
    submission.asked = Date.now();
    await (kind.ask ?? ((plain) => plain.ask()))(scene);
    const during = attempt(submission, async () => {
      await kind.during?.(scene);
    });
    await watchSubmission(submission, scene);
    await during;
    await kind.after?.(scene);
  });
  await prove(submission, scene, kind);
  submission.injected = await scene.end();
  return submission;
}

async function runShared(
  group: readonly Planned<SharedFault>[],
  cloud: FaultCloud,
): Promise<Submission[]> {
  const ready = await mapBounded(group, AT_ONCE, (planned) => prepare(planned, cloud));
  const [kind, first] = [group[0]?.kind, ready[0]?.[1]];
  if (!kind || !first) return [];
  for (const [, submission] of ready) submission.asked = Date.now();
  const struck = attempt(first, async () => {
    first.injected = await kind.strike(ready.map(([scene]) => scene));
  });
  // Hundreds that look often would leave nothing of the machine to what they look at.
  const everyMs = Math.max(WATCH_MS, ready.length * 20);
  await Promise.all(
    ready.map(([scene, submission]) => watchSubmission(submission, scene, everyMs)),
  );
  await struck;
  for (const [scene, submission] of ready) await prove(submission, scene, kind);
  await prove(first, ready[0]?.[0] as Scene, {
    proof: () => kind.proofOfAll?.(ready.map(([scene]) => scene)),
  });
  for (const [scene, submission] of ready) submission.injected += await scene.end();
  return ready.map(([, submission]) => submission);
}

async function prepare(
  { kind, prefix, random }: Planned<FaultKind | SharedFault>,
  cloud: FaultCloud,
): Promise<[Scene, Submission]> {
  const job = jobFor(kind, random);
  const scene = new Scene(prefix, cloud, random);
  const none = { ended: undefined, state: undefined, record: undefined, broken: undefined };
  const submission = { kind: kind.name, prefix, job, asked: 0, files: new Map(), injected: 0 };
  await uploadJob(scene, job);
  return [scene, { ...submission, ...none, harnessError: undefined }];
}

function jobFor(kind: FaultKind | SharedFault, random: Random): Job {
  const job = makeJob(random.pick(kind.shapes ?? QUICK), random);
  const script = kind.script
    ? job.script.replace(/^((?:#.*\n)+)/, `$1${kind.script}\n`)
    : job.script;
  return { ...job, script, expected: { ...job.expected, ...kind.expected } };
}

async function prove(
  submission: Submission,
  scene: Scene,
  { proof }: Pick<FaultKind, "proof">,
): Promise<void> {
  try {
    await proof?.(scene);
  } catch (error) {
    submission.broken = messageOf(error);
  }
}

async function attempt(submission: Submission, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    submission.harnessError = messageOf(error);
  }
}
