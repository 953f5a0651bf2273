import type { Input } from "../../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE } from "../../../protocol/objects.ts";
import { READ_KEY_METADATA } from "../../../protocol/read-key.ts";
import { askExactly, moveElsewhere, readKey } from "../ask-exactly.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

/** It is told that its inputs have changed, and nothing is run. */
const REFUSED = {
  states: ["JOB_ERROR"],
  outcomes: ["rejected"],
  sbatch: 0,
  files: new Map(),
} as const;

const PATHS = ["in/a", "in/b"];

/** Without its version: an object that is no longer the latest cannot be had then. */
function unversioned(input: Input): Input {
  const { version: _, ...rest } = input;
  return rest;
}

/** Asks with an input of another prefix, and does something to that before it is staged. */
async function askAndChange(
  scene: Scene,
  name: (input: Input) => Input,
  change: (input: Input, key: string) => Promise<unknown>,
): Promise<void> {
  const key = readKey(scene);
  const input = await moveElsewhere(scene, scene.random.pick(PATHS), key);
  // Without the manifest, the agent fetches no input.
  const letRead = await scene.s3({
    side: "agent",
    operation: "read",
    key: `^${keyOf(scene.prefix, MANIFEST_FILE)}$`,
    fault: "slow-down",
    times: 1000,
  });
  await askExactly(scene, { inputs: [name(input)], readKey: key });
  await scene.pause(scene.random.int(0, 2000));
  await change(input, key);
  scene.injected += 1;
  await letRead();
}

const sourceKey = ({ source }: Input) => source?.key ?? "";

const remove = (scene: Scene) => (input: Input) => scene.cloud.bucket.remove(sourceKey(input));

/** Writes over an object: other bytes with its read key, or its bytes with another key, or with none. */
const writeOver = (scene: Scene) => async (input: Input, key: string) => {
  const { cloud, random } = scene;
  const bytes = (await cloud.bucket.get(sourceKey(input))) ?? Buffer.alloc(0);
  const [body, metadata] = random.pick<[Buffer, Record<string, string>]>([
    [Buffer.concat([bytes, Buffer.from("more")]), { [READ_KEY_METADATA]: key }],
    [bytes, { [READ_KEY_METADATA]: readKey(scene) }],
    [bytes, {}],
  ]);
  await cloud.bucket.put(sourceKey(input), body, metadata);
};

/** The error says that inputs have changed, and nothing that it tells holds a read key. */
async function isToldChanged({ prefix, cloud: { bucket } }: Scene): Promise<void> {
  const record = await bucket.record(prefix);
  if (record?.error?.code !== "inputs-changed")
    throw new Error(`the error is ${JSON.stringify(record?.error)}, not inputs-changed`);
  const manifest = (await bucket.get(keyOf(prefix, MANIFEST_FILE)))?.toString() ?? "";
  for (const [, key = ""] of manifest.matchAll(/"readKey":"([^"]+)"/g))
    if (JSON.stringify(record).includes(key)) throw new Error("the record holds a read key");
}

/** A manifest whose input of another prefix cannot be had. */
const refused = (name: string, ask: (scene: Scene) => Promise<void>): FaultKind => ({
  name: `input elsewhere: ${name}`,
  shapes: ["files"],
  expected: REFUSED,
  ask,
  proof: isToldChanged,
});

/** The same, where it is brought byte for byte. */
const brought = (name: string, ask: (scene: Scene) => Promise<void>): FaultKind => ({
  name: `input elsewhere: ${name}`,
  shapes: ["files"],
  ask,
});

/** Inputs that are objects of other prefixes. */
export const inputKinds: readonly FaultKind[] = [
  refused("removed before it is staged", (scene) =>
    askAndChange(scene, unversioned, remove(scene)),
  ),
  refused("written over before it is staged", (scene) =>
    askAndChange(scene, unversioned, writeOver(scene)),
  ),
  refused("named with another read key", async (scene) => {
    const key = readKey(scene);
    const input = await moveElsewhere(scene, scene.random.pick(PATHS), key);
    const source = { key: sourceKey(input), readKey: readKey(scene) };
    await askExactly(scene, { inputs: [{ ...input, source }], readKey: key });
    scene.injected += 1;
  }),
  brought("removed or written over, and its version is named", (scene) =>
    askAndChange(scene, (input) => input, scene.random.pick([remove, writeOver])(scene)),
  ),
  ...(["reset-before", "truncate", "slow-down"] as const).map((fault) =>
    brought(`reading it meets ${fault}`, async (scene) => {
      const key = readKey(scene);
      const inputs: Input[] = [];
      for (const path of PATHS) inputs.push(await moveElsewhere(scene, path, key));
      await scene.s3({
        side: "agent",
        operation: "read",
        // Rules of a scene are for its own prefix, unless they say another.
        key: `^${sourceKey(inputs[0] as Input)}$|^${sourceKey(inputs[1] as Input)}$`,
        fault,
        times: scene.random.int(1, 7),
      });
      await askExactly(scene, { inputs, readKey: key });
    }),
  ),
];
