import type { Phase } from "../../../headnode/journal/job-entry.ts";
import { CLOSING_FILE, keyOf } from "../../../protocol/objects.ts";
import {
  CLOSING_MAX_BYTES,
  type Closing,
  formatClosing,
} from "../../../protocol/open-submission.ts";
import { askExactly, readKey, submissionOfScene } from "../ask-exactly.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";
import { hasResults, killAtSome, NEVER_RUN, outOf, runOf } from "./chains.ts";

/** Phases of an open submission until its job is released. */
const UNTIL_HELD: readonly Phase[] = ["accepted", "submitting", "submitted", "running"];

/** The name of the file that comes after Slurm has the job, and of the job's copy. */
const [LATE, COPY] = ["late", "late-copy"];

const lateBytes = ({ prefix }: Scene) => Buffer.from(`late file of ${prefix}\n`);

/** Sends the last file, and closes the submission with it. */
async function close(scene: Scene, inputs: Closing["inputs"] = []): Promise<void> {
  const { prefix, cloud } = scene;
  const put = await cloud.bucket.put(keyOf(prefix, LATE), lateBytes(scene));
  const late = { path: LATE, size: lateBytes(scene).length, ...put };
  await putClosing(
    scene,
    formatClosing({ submission: submissionOfScene(scene), inputs: [late, ...inputs] }),
  );
}

async function putClosing({ prefix, cloud }: Scene, text: string): Promise<void> {
  await cloud.bucket.put(keyOf(prefix, CLOSING_FILE), text);
}

/** Closing objects that close nothing. */
const forgeries = (scene: Scene): string[] => [
  "",
  '{"version":1',
  formatClosing({ submission: `not-${scene.prefix}`, inputs: [] }),
  `${formatClosing({ submission: submissionOfScene(scene), inputs: [] })}${" ".repeat(CLOSING_MAX_BYTES)}`,
  JSON.stringify({ version: 1, submission: submissionOfScene(scene), inputs: [{ path: 1 }] }),
];

/** The job has seen the file that came late. */
async function hasSeenLate(scene: Scene): Promise<void> {
  const got = await scene.cloud.bucket.get(keyOf(scene.prefix, COPY));
  if (!got?.equals(lateBytes(scene)))
    throw new Error(`the job saw ${got?.toString() ?? "nothing"}`);
}

/** Open submissions: their jobs are held until all is there. */
export const openKinds: readonly FaultKind[] = [
  {
    name: "open: the agent is killed at steps, and the closing object comes late",
    rough: true,
    shapes: ["files"],
    script: `cp ${LATE} ${COPY}`,
    ask: (scene) => {
      killAtSome(scene, UNTIL_HELD, 2);
      return askExactly(scene, { open: true });
    },
    during: async (scene) => {
      if (scene.random.pick([true, false])) await scene.untilPhase("running");
      await close(scene);
    },
    proof: hasSeenLate,
  },
  {
    name: "open: closing objects that are forged come before the right one",
    shapes: ["files"],
    script: `cp ${LATE} ${COPY}`,
    ask: (scene) => askExactly(scene, { open: true }),
    during: async (scene) => {
      await scene.untilPhase("running");
      for (const text of scene.random.some(forgeries(scene), 2)) await putClosing(scene, text);
      scene.injected += 1;
      await close(scene);
    },
    proof: hasSeenLate,
  },
  {
    name: "open: the closing object names an object of others",
    shapes: ["files"],
    expected: { ...NEVER_RUN, sbatch: 1 },
    ask: (scene) => askExactly(scene, { open: true }),
    during: async (scene) => {
      const key = `${scene.prefix}-secret/file`;
      const put = await scene.cloud.bucket.put(key, Buffer.from("secret"), {
        "read-key": readKey(scene),
      });
      const source = { key, readKey: readKey(scene) };
      scene.injected += 1;
      await close(scene, [{ path: "mine", size: 6, ...put, source }]);
    },
  },
  {
    name: "open: nobody closes it",
    aside: true,
    shapes: ["files"],
    ask: (scene) => askExactly(scene, { open: true }),
    during: (scene) => {
      scene.injected += 1;
    },
    proof: async ({ cloud, prefix }) => {
      const notes = (await cloud.bucket.record(prefix))?.notes ?? [];
      if (!notes.some(({ code }) => code === "closing-not-seen"))
        throw new Error(`the notes are ${JSON.stringify(notes)}`);
    },
  },
  {
    name: "open: after another one, whose results it takes, and the agent is killed at steps of either",
    rough: true,
    shapes: ["files"],
    script: "cp -r result got",
    others: { first: { shapes: ["files", "large"] } },
    ask: async (scene) => {
      const first = scene.other("first");
      const key = readKey(scene);
      killAtSome(first, ["running", "ended", "returned", "recorded", "done"], 2);
      killAtSome(scene, UNTIL_HELD, 2);
      await askExactly(first, { readKey: key, open: true });
      await askExactly(scene, {
        after: runOf(first),
        from: [outOf(first, key)],
        readKey: readKey(scene),
        open: true,
      });
      for (const one of [scene, first]) await close(one);
    },
    proof: hasResults,
  },
];
