import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { ObjectStore } from "../../../bucket/object-store.ts";
import { CommandError } from "../../errors/command-error.ts";
import { RELEASES_FOLDER, type Release, releaseFolder, SUMS_FILE } from "./release.ts";

/** Names the version that was published last, for people. */
const LATEST_KEY = `${RELEASES_FOLDER}latest`;

/** True when the bucket holds this very release; SHA256SUMS is written last. */
export async function isPublished(store: ObjectStore, release: Release): Promise<boolean> {
  const object = await store.get(`${releaseFolder(release.version)}${SUMS_FILE}`);
  return object !== undefined && (await text(object.body)) === release.sums;
}

/**
 * Puts a release into the bucket: packages and script, then SHA256SUMS, then the pointer.
 *
 * @param onFile called before each upload, with the file's size in bytes
 * @throws CloudSubmitError `config` when a file is not what SHA256SUMS says; nothing was uploaded
 */
export async function publish(
  store: ObjectStore,
  folder: string,
  release: Release,
  onFile: (name: string, bytes: number) => void,
): Promise<void> {
  for (const { name, sha256 } of release.files) {
    const found = await sha256OfFile(join(folder, name));
    if (found !== sha256)
      throw new CommandError("config", (say) =>
        say(found === undefined ? "problem.packageMissing" : "problem.packageDiffers", {
          file: join(folder, name),
        }),
      );
  }
  const to = releaseFolder(release.version);
  for (const { name } of release.files) {
    const path = join(folder, name);
    const { size } = await stat(path);
    onFile(name, size);
    // Small files in one request; packages in parts.
    if (size < 1 << 20) await store.put(to + name, await readFile(path));
    else await store.putFile(path, to + name, size);
  }
  await store.put(to + SUMS_FILE, release.sums);
  await store.put(LATEST_KEY, `${release.version}\n`);
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return hash.digest("hex");
}
