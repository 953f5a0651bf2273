import { AFTER_METADATA } from "../../protocol/after.ts";
import {
  type From,
  formatManifest,
  type Input,
  type Manifest,
  manifestMetadata,
} from "../../protocol/manifest.ts";
import { keyOf, MANIFEST_FILE, PROTOCOL_FILES } from "../../protocol/objects.ts";
import { OPEN_METADATA } from "../../protocol/open-submission.ts";
import { READ_KEY_METADATA } from "../../protocol/read-key.ts";
import { SUBMISSION_METADATA } from "../../protocol/submission.ts";
import type { Scene } from "./scene.ts";

/** Contents of the manifest and the metadata that a submission is asked with. */
interface Asked extends Pick<Manifest, "readKey" | "results"> {
  /** Objects of other prefixes. */
  readonly inputs?: readonly Input[];
  readonly from?: readonly From[];
  /** Jobs that it begins after, as in the metadata. */
  readonly after?: string;
  /** Whether Slurm gets the job at once, held. */
  readonly open?: boolean;
}

/** Puts a manifest of all that is under the prefix, and of more, and asks for the run. */
export async function askExactly(
  scene: Scene,
  { inputs = [], after, from, open = false, ...more }: Asked = {},
): Promise<void> {
  const { prefix, cloud } = scene;
  const { bucket } = cloud;
  const own: Input[] = [];
  for (const key of await bucket.keys(`${prefix}/`)) {
    const path = key.slice(prefix.length + 1);
    if (!PROTOCOL_FILES.has(path)) own.push({ path, ...(await bucket.head(key)) });
  }
  const named = { ...more, ...(from && { from: [...from] }) };
  const text = formatManifest([...own, ...inputs], named) ?? "";
  const manifest = await bucket.put(keyOf(prefix, MANIFEST_FILE), text);
  scene.askedAt = Date.now();
  await scene.ask("FILE_UPLOAD", {
    ...manifestMetadata(manifest),
    [SUBMISSION_METADATA]: submissionOfScene(scene),
    ...(after !== undefined && { [AFTER_METADATA]: after }),
    ...(open && { [OPEN_METADATA]: "1" }),
  });
}

/** The id of the one submission that `askExactly` makes for a scene. */
export function submissionOfScene({ prefix }: Scene): string {
  return `only-${prefix}`;
}

/** A read key by chance. */
export function readKey({ random }: Scene): string {
  return random.bytes(16).toString("base64url");
}

/** The prefix at which a scene's data are that it has not below its own. */
export const dataPrefix = ({ prefix }: Scene) => `${prefix}-data`;

/** Puts an object below another prefix; returns it as an input. */
export async function putElsewhere(
  scene: Scene,
  path: string,
  body: Uint8Array,
  key: string,
): Promise<Input> {
  const at = `${dataPrefix(scene)}/${path}`;
  const put = await scene.cloud.bucket.put(at, body, { [READ_KEY_METADATA]: key });
  return { path, size: body.length, ...put, source: { key: at, readKey: key } };
}

/** Moves one of a job's own inputs to another prefix; returns it as an input. */
export async function moveElsewhere(scene: Scene, path: string, key: string): Promise<Input> {
  const { bucket } = scene.cloud;
  const own = keyOf(scene.prefix, path);
  const bytes = (await bucket.get(own)) ?? Buffer.alloc(0);
  await bucket.remove(own);
  return putElsewhere(scene, path, bytes, key);
}
