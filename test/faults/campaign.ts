import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import { Random } from "../../local/random.ts";
import { messageOf } from "../../protocol/error.ts";
import type { FaultsConfig } from "./config.ts";
import type { FaultCloud } from "./fault-cloud.ts";
import type { FaultKind, Part, SharedFault } from "./fault-kind.ts";
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
    kinds.filter(
      ({ name }) =>
        name.includes(only) && !without.split(",").some((text) => text && name.includes(text)),
    );
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
    const submissions = await runOwn({ ...planned, prefix }, cloud);
    all.push(...submissions);
    if (submissions.some(({ injected }) => injected > 0)) break;
  }
  return all;
}

async function runOwn(planned: Planned<FaultKind>, cloud: FaultCloud): Promise<Submission[]> {
  const { kind } = planned;
  const { scene, submission, others } = await prepare(planned, cloud);
  const watched: Promise<void>[] = [];
  await attempt(submission, async () => {
    await kind.before?.(scene);
    submission.asked = Date.now();
    watched.push(...others.map((other) => watchOther(other)));
    await (kind.ask ?? ((plain) => plain.ask()))(scene);
    const during = attempt(submission, async () => {
      await kind.during?.(scene);
    });
    await watchSubmission(submission, scene);
    await during;
    await kind.after?.(scene);
  });
  await Promise.all(watched);
  await prove(submission, scene, kind);
  submission.injected = await endAll({ scene, others });
  return [submission, ...others.map((other) => other.submission)];
}

/** Watches a submission that its kind asks for when it likes. */
async function watchOther({ scene, submission }: Staged, everyMs?: number): Promise<void> {
  submission.asked = Date.now();
  await attempt(submission, () => watchSubmission(submission, scene, everyMs));
}

/** Takes the faults of a submission and of those that belong to it back; returns how many there were. */
async function endAll({ scene, others }: Pick<Cast, "scene" | "others">): Promise<number> {
  let injected = await scene.end();
  for (const other of others) injected += await other.scene.end();
  return injected;
}

async function runShared(
  group: readonly Planned<SharedFault>[],
  cloud: FaultCloud,
): Promise<Submission[]> {
  const ready = await mapBounded(group, AT_ONCE, (planned) => prepare(planned, cloud));
  const [kind, first] = [group[0]?.kind, ready[0]];
  if (!kind || !first) return [];
  for (const { submission } of ready) submission.asked = Date.now();
  const scenes = ready.map(({ scene }) => scene);
  const struck = attempt(first.submission, async () => {
    first.submission.injected = await kind.strike(scenes);
  });
  // Hundreds that look often would leave nothing of the machine to what they look at.
  const everyMs = Math.max(WATCH_MS, ready.length * 20);
  await Promise.all(
    ready.flatMap(({ scene, submission, others }) => [
      watchSubmission(submission, scene, everyMs),
      ...others.map((other) => watchOther(other, everyMs)),
    ]),
  );
  await struck;
  for (const { scene, submission } of ready) await prove(submission, scene, kind);
  await prove(first.submission, first.scene, { proof: () => kind.proofOfAll?.(scenes) });
  for (const cast of ready) cast.submission.injected += await endAll(cast);
  return ready.flatMap(({ submission, others }) => [
    submission,
    ...others.map((other) => other.submission),
  ]);
}

/** A submission and its scene. */
interface Staged {
  readonly scene: Scene;
  readonly submission: Submission;
}

/** The same, and those that its kind needs beside it. */
interface Cast extends Staged {
  readonly others: readonly Staged[];
}

async function prepare(
  { kind, prefix, random }: Planned<FaultKind | SharedFault>,
  cloud: FaultCloud,
): Promise<Cast> {
  const others = new Map<string, Staged>();
  for (const [name, part] of Object.entries(kind.others ?? {})) {
    const scene = new Scene(`${prefix}-${name}`, cloud, random.fork());
    others.set(name, { scene, submission: await stage(kind.name, part, scene) });
  }
  const scenes = new Map([...others].map(([name, { scene }]) => [name, scene]));
  const scene = new Scene(prefix, cloud, random, scenes);
  return { scene, submission: await stage(kind.name, kind, scene), others: [...others.values()] };
}

/** Uploads a job. */
async function stage(kind: string, part: Part, scene: Scene): Promise<Submission> {
  const job = jobFor(part, scene.random);
  const none = { ended: undefined, state: undefined, record: undefined, broken: undefined };
  const { prefix } = scene;
  await uploadJob(scene, job);
  const submission = { kind, prefix, job, asked: 0, files: new Map(), injected: 0 };
  return { ...submission, ...none, harnessError: undefined };
}

function jobFor(part: Part, random: Random): Job {
  const job = makeJob(random.pick(part.shapes ?? QUICK), random);
  const script = part.script
    ? job.script.replace(/^((?:#.*\n)+)/, `$1${part.script}\n`)
    : job.script;
  return { ...job, script, expected: { ...job.expected, ...part.expected } };
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
