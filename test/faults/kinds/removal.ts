import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitUntil } from "../../../local/wait-until.ts";
import { keyOf, MANIFEST_FILE, SCRIPT_FILE, STATUS_FILE } from "../../../protocol/objects.ts";
import { ACCEPTED_OR_NOT, commandLine } from "../client.ts";
import type { FaultKind } from "../fault-kind.ts";
import { repeat } from "../repeat.ts";
import type { Scene } from "../scene.ts";

/** Files of each run besides its script: half of them are the same in both. */
const FILES = 60;
const SAME = FILES / 2;

/** Tries beside a removal; after them, one with nothing beside it. */
const TRIES = 3;

/** For so long the agent has no manifest, and the run has not ended; it is removed meanwhile, if it can be. Milliseconds. */
const MANIFEST_LATE_MS = 6000;
const REMOVED_FOR_MS = 2000;

/** So much later the one may begin than the other, in milliseconds: about as long as either takes. */
const START_MS = 700;

const script = (run: string) => `#!/bin/bash
while [ ! -e ../go ] && [ $SECONDS -lt 120 ]; do sleep 0.1; done
{ cat f*; echo ${run}; } | sort | uniq -c > who
`;

/** The files of a run, by name. */
function files(run: string): [string, string][] {
  const names = Array.from({ length: FILES }, (_, at) => [at, `f${at}`] as const);
  return [
    [SCRIPT_FILE, script(run)],
    ...names.map(([at, name]): [string, string] => [name, at < SAME ? "same\n" : `${run}\n`]),
  ];
}

/** Leaves the prefix as a run left it that has ended. */
async function leaveFormerRun({ prefix, cloud: { bucket } }: Scene): Promise<void> {
  for (const key of await bucket.keys(`${prefix}/`)) await bucket.remove(key);
  for (const [name, text] of files("former")) await bucket.put(keyOf(prefix, name), text);
  await bucket.put(keyOf(prefix, "result"), "former\n");
  await bucket.put(keyOf(prefix, STATUS_FILE), "JOB_COMPLETE\n");
}

/** Removes the prefix again and again; what is returned ends that, and says how often it was done. */
function removeOften(scene: Scene): () => Promise<number> {
  let count = 0;
  const often = () =>
    repeat(scene.random.int(0, 200), async (round) => {
      if (round === 0) await scene.pause(scene.random.int(0, START_MS));
      await commandLine(scene, "rm", scene.prefix, "--yes");
      count += 1;
    });
  const ends = [often(), often()];
  return async () => {
    await Promise.all(ends.map((end) => end()));
    return count;
  };
}

/** Words for a refusal: the prefix is being removed, or another client was in the way. */
const REFUSALS = /being removed|submitted|in the way|changed/i;

/** Submits the new run beside removals of the former one, until it is accepted. */
async function submitBesides(scene: Scene, folder: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    await leaveFormerRun(scene);
    const isAlone = tries > TRIES;
    const end = isAlone ? async () => 0 : removeOften(scene);
    await scene.pause(scene.random.int(0, START_MS));
    scene.askedAt = Date.now();
    const { code, stderr } = await commandLine(scene, "submit", folder, "--prefix", scene.prefix);
    if (code === 0) await scene.pause(isAlone ? 0 : REMOVED_FOR_MS);
    scene.injected += await end();
    if (code === 0) return isActive(scene);
    if (isAlone || !REFUSALS.test(stderr)) throw new Error(`submit ended with ${code}: ${stderr}`);
  }
}

/** The run that was accepted is there, and can be removed by nobody. */
async function isActive(scene: Scene): Promise<void> {
  const state = await scene.cloud.bucket.state(scene.prefix);
  if (state !== "FILE_UPLOAD" && state !== "JOB_SUBMIT")
    throw new Error(`the run that was accepted is ${state}`);
}

/** The run has all of its own files, or did not run; it is never a mixture. */
async function hasItsOwn({ cloud: { bucket }, prefix }: Scene): Promise<void> {
  const record = await bucket.record(prefix);
  if (record?.error?.code === "inputs-changed") return;
  const who = (await bucket.get(keyOf(prefix, "who")))?.toString().trim();
  const right = `${FILES - SAME + 1} new\n     ${SAME} same`;
  if (who?.replaceAll(/ +/g, " ") !== right.replaceAll(/ +/g, " "))
    throw new Error(`it ran on a mixture, or did not say: ${JSON.stringify(who)}`);
  for (const [name, text] of files("new")) {
    const got = (await bucket.get(keyOf(prefix, name)))?.toString();
    if (got !== text) throw new Error(`${name} is ${got} after the end`);
  }
}

/** Removals of a job beside a new submission of its prefix. */
export const removalKinds: readonly FaultKind[] = [
  {
    name: "removal: beside a submission of the same prefix",
    shapes: ["files"],
    expected: ACCEPTED_OR_NOT,
    ask: async (scene) => {
      await scene.s3({
        side: "agent",
        operation: "read",
        key: `^${keyOf(scene.prefix, MANIFEST_FILE)}$`,
        fault: "slow",
        delayMs: MANIFEST_LATE_MS,
      });
      const folder = await mkdtemp(join(scene.cloud.config.home, "client-"));
      try {
        for (const [name, text] of files("new")) await writeFile(join(folder, name), text);
        await submitBesides(scene, folder);
        // Another kind may have had its event dropped meanwhile.
        await scene.deliver();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    during: async (scene) => {
      const { config } = scene.cloud;
      const state = await scene.untilState("JOB_SUBMIT", "JOB_ERROR");
      if (state === "JOB_ERROR") return;
      // It waits for its word, so it is active.
      const { stderr, code } = await commandLine(scene, "rm", scene.prefix, "--yes");
      await isActive(scene);
      if (code === 0) throw new Error(`rm of an active job ended with 0: ${stderr}`);
      const folder = join(config.work, scene.prefix);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "go"), "");
      await waitUntil(
        "it is over",
        async () => (await scene.cloud.bucket.state(scene.prefix)) !== "JOB_SUBMIT" || undefined,
        { deadline: 60_000 },
      );
    },
    proof: hasItsOwn,
  },
];
