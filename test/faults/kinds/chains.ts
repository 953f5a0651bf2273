import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PHASES, type Phase, REPEATED } from "../../../headnode/journal/job-entry.ts";
import { keyOf, SCRIPT_FILE, STATUS_FILE } from "../../../protocol/objects.ts";
import { FINAL_STATES, type State } from "../../../protocol/state.ts";
import { askExactly, readKey, submissionOfScene } from "../ask-exactly.ts";
import { readLogs } from "../evidence.ts";
import type { FaultKind, Part } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";
import { CANCELLED } from "./cancel.ts";

/** A job that goes on until it is told to. */
const UNTIL_GO = "while [ ! -e ../go ] && [ $SECONDS -lt 120 ]; do sleep 0.1; done";

/** Never run, since the job before it has not ended as it was to. */
export const NEVER_RUN = {
  states: ["JOB_ERROR"],
  outcomes: ["rejected"],
  sbatch: 0,
  files: new Map(),
} as const;

const letGo = ({ cloud, prefix }: Scene) => writeFile(join(cloud.config.work, prefix, "go"), "");

export const runOf = (scene: Scene) => `${scene.prefix}@${submissionOfScene(scene)}`;

/** Asks for the first job, for this one after it, and for the last one, which is to begin if this one fails. */
async function askThree(scene: Scene): Promise<void> {
  const [first, last] = [scene.other("first"), scene.other("last")];
  await askExactly(first);
  // By its name alone, the cluster has to have it by now.
  if (scene.random.pick([true, false])) {
    await first.untilPhase("accepted");
    await askExactly(scene, { after: first.prefix });
  } else await askExactly(scene, { after: runOf(first) });
  const by = `${scene.prefix}:failed@${submissionOfScene(scene)}`;
  await askExactly(last, { after: by });
}

/** It ended for the first job, which the error names, and the last one ran after that. */
export async function isToldWhy(scene: Scene): Promise<void> {
  const { bucket } = scene.cloud;
  const record = await bucket.record(scene.prefix);
  const { code, message = "" } = record?.error ?? {};
  if (code !== "dependency-failed" || !message.includes(scene.other("first").prefix))
    throw new Error(`the error is ${JSON.stringify(record?.error)}`);
  isAfter(scene.other("last"), scene);
}

/** A job was staged in after another one's final state was in the bucket, by the order in which S3 has answered. */
function isAfter({ cloud, prefix }: Scene, earlier: Scene): void {
  const { requests } = readLogs(cloud.config, 0);
  const final = requests.find(
    ({ operation, key, status, answer }) =>
      operation === "write" &&
      key === keyOf(earlier.prefix, STATUS_FILE) &&
      FINAL_STATES.has(status as State) &&
      answer === 200,
  );
  const begun = requests.find(
    ({ side, operation, key }) =>
      side === "agent" && operation === "read" && key === keyOf(prefix, SCRIPT_FILE),
  );
  if (!final || !begun || begun.from < final.to)
    throw new Error(
      `${prefix} began at ${begun?.from}, and ${earlier.prefix} had ended at ${final?.to}`,
    );
}

/** The first job does not complete, while the second waits for it and a third for that one's failure. */
const broken = (name: string, first: Part, strike: (first: Scene) => unknown): FaultKind => ({
  name: `chain: ${name}`,
  shapes: ["files"],
  expected: NEVER_RUN,
  others: { first, last: { shapes: ["files"] } },
  ask: askThree,
  during: async (scene) => {
    await scene.untilPhase("waiting");
    await strike(scene.other("first"));
    scene.injected += 1;
  },
  proof: isToldWhy,
});

/** Phases that every job which runs goes through, and of one that waits. */
const RUN_PHASES = PHASES.filter((phase) => phase !== "failing" && !REPEATED.has(phase));
const WITHOUT_WAIT = RUN_PHASES.filter((phase) => phase !== "waiting");

/** Has the agent killed at some of these phases of a job. */
export function killAtSome(scene: Scene, phases: readonly Phase[], most: number): void {
  for (const phase of scene.random.some(phases, scene.random.int(1, most))) scene.killAt(phase);
}

/** Results of the first job are where the second one has put them. */
export async function hasResults(scene: Scene): Promise<void> {
  const { bucket } = scene.cloud;
  const from = `${scene.other("first").prefix}/out/`;
  const keys = await bucket.keys(from);
  if (keys.length < 3) throw new Error(`only ${keys.length} results below ${from}`);
  for (const key of keys) {
    const [right, got] = [
      await bucket.get(key),
      await bucket.get(`${scene.prefix}/got/${key.slice(from.length)}`),
    ];
    if (!right || !got?.equals(right))
      throw new Error(`it had ${got ? "other bytes" : "nothing"} as ${key}`);
  }
  const copied = await bucket.keys(`${scene.prefix}/got/`);
  if (copied.length !== keys.length) throw new Error(`it had also ${copied.join(", ")}`);
}

/** The first job's results are inputs of the second. */
const handedOn = (name: string, more: Pick<FaultKind, "ask" | "rough">): FaultKind => ({
  name: `chain: results are inputs, and ${name}`,
  shapes: ["files"],
  script: "cp -r result got",
  others: { first: { shapes: ["files", "large"] } },
  proof: async (scene) => {
    await hasResults(scene);
    isAfter(scene, scene.other("first"));
  },
  ...more,
});

export const outOf = ({ prefix }: Scene, key: string) => ({
  prefix,
  path: "out",
  where: "result",
  readKey: key,
});

/** Asks for the second job when the first has ended and something was done to its folder on the Head Node. */
async function askAfterwards(
  scene: Scene,
  strike: (folder: string) => Promise<void>,
): Promise<void> {
  const first = scene.other("first");
  const key = readKey(scene);
  await askExactly(first, { readKey: key });
  await first.untilFinal(first.prefix);
  await strike(join(scene.cloud.config.work, first.prefix, submissionOfScene(first)));
  scene.injected += 1;
  await askExactly(scene, { from: [outOf(first, key)], readKey: readKey(scene) });
}

/** Jobs that begin after others, and with their results. */
export const chainKinds: readonly FaultKind[] = [
  broken("the first fails", { shapes: ["exit"], script: UNTIL_GO }, async (first) => {
    await first.untilPhase("running");
    await letGo(first);
  }),
  broken(
    "the first is cancelled in the bucket",
    { shapes: ["files"], script: "sleep 120", expected: CANCELLED },
    async (first) => {
      await first.untilPhase(first.random.pick(["accepted", "submitted", "running"]));
      await first.ask("JOB_CANCEL");
    },
  ),
  broken(
    "the first is cancelled in Slurm",
    {
      shapes: ["files"],
      script: "sleep 120",
      expected: { outcomes: ["cancelled"], files: new Map() },
    },
    async (first) => {
      await first.untilState("JOB_SUBMIT");
      await first.cloud.controller.command("scancel", await first.jobId());
    },
  ),
  {
    name: "chain: the agent is killed at steps of either job",
    rough: true,
    shapes: ["files"],
    others: { first: { shapes: ["files", "large"] } },
    ask: async (scene) => {
      const first = scene.other("first");
      killAtSome(first, WITHOUT_WAIT, 2);
      killAtSome(scene, RUN_PHASES, 2);
      await askExactly(first);
      const condition = scene.random.pick(["any", "ok"]);
      await askExactly(scene, {
        after: `${first.prefix}:${condition}@${submissionOfScene(first)}`,
      });
    },
    proof: (scene) => isAfter(scene, scene.other("first")),
  },
  handedOn("the agent is killed at steps of either job", {
    rough: true,
    ask: async (scene) => {
      const first = scene.other("first");
      const key = readKey(scene);
      killAtSome(first, ["ended", "returned", "recorded", "done"], 2);
      killAtSome(scene, ["waiting", "accepted", "submitting"], 2);
      await askExactly(first, { readKey: key });
      await askExactly(scene, {
        after: runOf(first),
        from: [outOf(first, key)],
        readKey: readKey(scene),
      });
    },
  }),
  handedOn("the first's folder on the Head Node is removed", {
    ask: (scene) => askAfterwards(scene, (folder) => rm(folder, { recursive: true })),
  }),
  handedOn("the first's files on the Head Node are others by then", {
    ask: (scene) =>
      askAfterwards(scene, async (folder) => {
        const size = (await scene.cloud.bucket.get(`${scene.other("first").prefix}/out/ab`))
          ?.length;
        await writeFile(join(folder, "out", "ab"), scene.random.bytes(size ?? 1));
        await rm(join(folder, "out", "sums"));
      }),
  }),
];
