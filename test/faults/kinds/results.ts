import { SCRIPT_FILE } from "../../../protocol/objects.ts";
import { askExactly, readKey } from "../ask-exactly.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** Of the shape "files": the sums and the numbered files stay, and so does the input that the job changes. */
const RESULTS = { only: ["/out/**", "!/out/n*"], not: ["sums"] };

/** Objects that are no results, beside what Slurm has printed. */
const INPUTS = ["in/a", "in/b", SCRIPT_FILE];

/** Exactly what was chosen came, each byte for byte, and inputs are as they were sent. */
async function hasChosen({ prefix, cloud: { bucket } }: Scene): Promise<void> {
  const keys = await bucket.keys(`${prefix}/`);
  const paths = keys.map((key) => key.slice(prefix.length + 1));
  const others = paths.filter(
    (path) => !path.startsWith("job-aws-") && !path.startsWith("slurm-") && !INPUTS.includes(path),
  );
  if (others.toSorted().join() !== "out/ab,out/copy of a")
    throw new Error(`these came: ${others.join(", ")}`);
  const get = async (path: string) => (await bucket.get(`${prefix}/${path}`)) ?? Buffer.alloc(0);
  const [a, b] = [await get("in/a"), await get("in/b")];
  if (!(await get("out/ab")).equals(Buffer.concat([a, b]))) throw new Error("out/ab is wrong");
  if (!(await get("out/copy of a")).equals(a)) throw new Error("out/copy of a is wrong");
  const stayed = (await bucket.record(prefix))?.stageOut?.notChosen;
  // The sums, and in/b, which the job has changed.
  if ((stayed?.files ?? 0) < 2) throw new Error(`so many stayed: ${JSON.stringify(stayed)}`);
}

const kind = (name: string, before: (scene: Scene) => unknown, rough = true): FaultKind => ({
  name: `chosen results: ${name}`,
  rough,
  shapes: ["files"],
  expected: { files: new Map() },
  before,
  ask: (scene) => askExactly(scene, { results: RESULTS, readKey: readKey(scene) }),
  proof: hasChosen,
});

/** Submissions that choose which results come back. */
export const resultKinds: readonly FaultKind[] = [
  ...(["kill-before", "kill-after"] as const).map((fault) =>
    kind(`${fault} while they are sent`, async (scene) => {
      const key = `^${scene.prefix}/(out|slurm-)`;
      const skip = scene.random.int(0, 2);
      await scene.s3({ side: "agent", operation: "write", key, fault, skip });
    }),
  ),
  kind("the agent is killed after a step", (scene) => {
    for (const phase of scene.random.some(["running", "ended", "returned", "recorded"] as const, 2))
      scene.killAt(phase);
  }),
  kind(
    "S3 fails while they are sent",
    (scene) =>
      scene.s3({
        side: "agent",
        operation: "write",
        key: `^${scene.prefix}/out/`,
        fault: scene.random.pick(["slow-down", "reset-before", "reset-after"] as const),
        times: scene.random.int(1, 7),
      }),
    false,
  ),
];
