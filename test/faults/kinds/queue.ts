import type { S3Fault } from "../../../local/faults/s3-fault.ts";
import { waitUntil } from "../../../local/wait-until.ts";
import { HEARTBEAT_KEY } from "../../../protocol/heartbeat.ts";
import { pendingFolder, pendingKey } from "../../../protocol/marker.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

const escaped = (text: string) => text.replaceAll(".", "\\.");

/** The agent's look at all that is pending. */
const LOOK = {
  side: "agent",
  operation: "list",
  key: `^${escaped(pendingFolder())}$`,
} as const;

/** More than the S3 client's own tries, now and then; one that hangs costs all jobs seconds. */
const MOST: Partial<Record<S3Fault, number>> = { hang: 1, "repeat-page": 3 };

/** No command brings the request, and the look that could does not succeed. */
function lookKind(fault: S3Fault, rough = false): FaultKind {
  return {
    name: `queue: no command comes, and the agent's look meets ${fault}`,
    rough,
    before: async (scene) => {
      await scene.ssm({ fault: "lost", times: scene.random.int(1, 2) });
      await scene.s3({ ...LOOK, fault, times: scene.random.int(1, MOST[fault] ?? 8) });
    },
  };
}

/** The submission has ended, and its marker is not removed, or only half of all are. */
function removalKind(fault: S3Fault, rough = false): FaultKind {
  return {
    name: `queue: the removal of its marker meets ${fault}`,
    rough,
    shapes: ["tiny", "files"],
    before: async (scene) => {
      const key = `^${escaped(pendingFolder(scene.prefix))}`;
      const times = scene.random.int(1, MOST[fault] ?? 3);
      await scene.s3({ side: "agent", operation: "delete", key, fault, times });
    },
    after: untilRemoved,
  };
}

/** Waits until no marker of the prefix is left: its removal comes after its end. */
async function untilRemoved({ prefix, cloud: { bucket } }: Scene): Promise<void> {
  const isGone = async () => (await bucket.keys(pendingFolder(prefix))).length === 0 || undefined;
  await waitUntil(`${prefix} has no marker`, isGone, { deadline: 100_000 });
}

async function removeMarkers({ prefix, cloud: { bucket } }: Scene): Promise<number> {
  const keys = await bucket.keys(pendingFolder(prefix));
  for (const key of keys) await bucket.remove(key);
  return keys.length;
}

/** Ids that no status object has. */
const FOREIGN = ["20200101T000000Z-ffffffffffff", "never-was"];

/** Writes markers that no function has written, of requests that nobody has made. */
async function forgeMarkers(scene: Scene): Promise<void> {
  const { prefix, cloud } = scene;
  for (const submission of FOREIGN)
    for (const action of ["run", "cancel"] as const)
      for (const one of [prefix, `forged.${prefix}`]) {
        await cloud.bucket.put(pendingKey({ prefix: one, action, submission }), "not a marker");
        scene.injected += 1;
      }
}

/** Faults of the pending markers, which are the queue, and of the agent's looks at them. */
export const queueKinds: readonly FaultKind[] = [
  ...(["slow-down", "truncate", "repeat-page"] as const).map((fault) => lookKind(fault)),
  // A look that hangs holds up all.
  ...(["hang", "kill-before", "kill-after"] as const).map((fault) => lookKind(fault, true)),
  ...(["slow-down", "reset-after", "half"] as const).map((fault) => removalKind(fault)),
  ...(["kill-before", "kill-after"] as const).map((fault) => removalKind(fault, true)),
  {
    name: "queue: the agent is killed between the end in its journal and the removal",
    rough: true,
    before: (scene) => scene.killAt("done"),
    after: untilRemoved,
  },
  {
    name: "queue: its marker is removed by nobody's hand",
    shapes: ["long"],
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      scene.injected += await removeMarkers(scene);
    },
  },
  {
    name: "queue: markers that nobody has asked for",
    shapes: ["long"],
    during: async (scene) => {
      await scene.untilState("JOB_SUBMIT");
      await forgeMarkers(scene);
    },
    after: forgeMarkers,
  },
  {
    // The sweep does not know then how far the agent has looked.
    name: "queue: the heartbeat cannot be written",
    script: "sleep 15",
    shapes: ["tiny"],
    before: async (scene) => {
      const key = `^${escaped(HEARTBEAT_KEY)}$`;
      await scene.s3({ side: "agent", operation: "write", key, fault: "denied", times: 3 });
    },
  },
];
