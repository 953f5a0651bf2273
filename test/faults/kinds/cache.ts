import {
  chmod,
  lstat,
  mkdir,
  open,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { succeeds } from "../../../bucket/flow/succeeds.ts";
import { cacheName } from "../../../headnode/cache/cache-entry.ts";
import { CACHED_FROM } from "../../../headnode/cache/object-cache.ts";
import { CACHE_FOLDER } from "../../../headnode/cache/open-local-objects.ts";
import type { Input } from "../../../protocol/manifest.ts";
import { askExactly, dataPrefix, putElsewhere, readKey } from "../ask-exactly.ts";
import type { FaultKind } from "../fault-kind.ts";
import type { Scene } from "../scene.ts";

const PATHS = ["data/one", "data/two"];
const COPY = "mkdir -p got && cp data/one got/one && cp data/two got/two";

/** Where the agent keeps what it has fetched for an input. */
function cached({ cloud }: Scene, { source, etag, version }: Input): string {
  const name = cacheName({ key: source?.key ?? "", etag, version });
  return join(cloud.config.work, CACHE_FOLDER, name);
}

/** Turns some bytes over, where they are: the inode stays, and with it all names that jobs have for the file. */
async function flip(path: string, { random }: Scene): Promise<void> {
  const bytes = await readFile(path);
  const at = random.int(0, bytes.length - 1);
  await chmod(path, 0o644);
  const file = await open(path, "r+");
  try {
    await file.write(Buffer.from([(bytes[at] ?? 0) ^ random.int(1, 255)]), 0, 1, at);
  } finally {
    await file.close();
  }
}

/** Damages to a file of the cache. */
const DAMAGES: Readonly<Record<string, (path: string, scene: Scene) => Promise<void>>> = {
  flipped: flip,
  cut: async (path, { random }) => {
    await chmod(path, 0o644);
    await truncate(path, random.int(0, CACHED_FROM - 1));
  },
  removed: (path) => rm(path),
  "a folder": async (path) => {
    await rm(path);
    await mkdir(path);
    await writeFile(join(path, "inside"), "no object");
  },
  "a link": async (path) => {
    await rm(path);
    await symlink("/etc/passwd", path);
  },
};

/** Two submissions of the same objects, with something done to the cache between them. */
async function askTwice(
  scene: Scene,
  damage: (inputs: readonly Input[]) => Promise<void>,
): Promise<void> {
  const { random } = scene;
  const first = scene.other("first");
  const key = readKey(scene);
  const inputs: Input[] = [];
  for (const path of PATHS) {
    const body = random.bytes(random.int(CACHED_FROM, 3 * CACHED_FROM));
    // Without a mode in the manifest there is no use of a copy; without a write bit the file itself is shared.
    const mode = random.pick(["0444", "0644"]);
    inputs.push({ ...(await putElsewhere(scene, path, body, key)), mode });
  }
  await askExactly(first, { inputs, readKey: key });
  await first.untilFinal(first.prefix);
  await damage(inputs);
  await askExactly(scene, { inputs, readKey: key });
}

/** The job has seen the objects, byte for byte. */
async function hasRightBytes(scene: Scene): Promise<void> {
  const { bucket } = scene.cloud;
  for (const path of PATHS) {
    const right = await bucket.get(`${dataPrefix(scene)}/${path}`);
    for (const { prefix } of [scene, scene.other("first")]) {
      const got = await bucket.get(`${prefix}/${path.replace("data", "got")}`);
      if (!right || !got?.equals(right))
        throw new Error(`${prefix} had ${got ? "other bytes" : "nothing"} as ${path}`);
    }
  }
}

const kind = (name: string, more: Pick<FaultKind, "ask" | "rough">): FaultKind => ({
  name: `cache: ${name}`,
  shapes: ["tiny"],
  script: COPY,
  others: { first: { shapes: ["tiny"], script: COPY } },
  proof: hasRightBytes,
  ...more,
});

const isThere = (path: string) => succeeds(lstat(path));

/** Damages a file of the cache, if it is there: another job's damage cannot have met it. */
async function damageOne(
  scene: Scene,
  inputs: readonly Input[],
  how: (path: string, scene: Scene) => Promise<void>,
): Promise<void> {
  const path = cached(scene, scene.random.pick(inputs));
  if (!(await isThere(path))) return;
  await how(path, scene);
  scene.injected += 1;
}

/** Files of the Head Node's cache that are not what they were. */
export const cacheKinds: readonly FaultKind[] = [
  ...Object.entries(DAMAGES).map(([what, how]) =>
    kind(`a file is ${what}`, {
      ask: (scene) => askTwice(scene, (inputs) => damageOne(scene, inputs, how)),
    }),
  ),
  kind("a file is damaged, and the agent is killed before the next job", {
    rough: true,
    ask: (scene) =>
      askTwice(scene, async (inputs) => {
        await damageOne(scene, inputs, scene.random.pick(Object.values(DAMAGES)));
        scene.kill();
      }),
  }),
  kind("the agent is killed while it is filled", {
    rough: true,
    ask: async (scene) => {
      const key = `^${dataPrefix(scene)}/data/`;
      const fault = scene.random.pick(["kill-before", "kill-after"] as const);
      const skip = scene.random.int(0, 1);
      await scene.s3({ side: "agent", operation: "read", key, fault, skip });
      await askTwice(scene, async () => undefined);
    },
  }),
];
