import { mapBounded } from "../../bucket/flow/each-bounded.ts";
import type { ObjectEntry, ObjectStore } from "../../bucket/object-store.ts";
import { CloudSubmitError } from "../../protocol/error.ts";
import { FileError } from "../../protocol/file-error.ts";
import { type From, INPUTS_MAX, type Input, type Inputs } from "../../protocol/manifest.ts";
import { keyOf, PROTOCOL_FILES, WRITER_METADATA } from "../../protocol/objects.ts";
import { hasReadKey } from "../../transfer/read-key.ts";

/** Objects that are asked for their metadata at a time. */
const AT_ONCE = 32;
/** Characters of a path in a message. */
const PATH_SHOWN = 200;

/** Ports of the decision. */
interface Tools {
  store: Pick<ObjectStore, "list" | "get">;
  /** Called now and then; throws when there is no need to go on. */
  goOn: () => void;
  /** Called with the size of each result, as it is found. */
  onResult?: (bytes: number) => void;
}

/** Which of two inputs counts that are to be in one place: neither, or the one that is named later. */
export type Clash = "refuse" | "later wins";

/**
 * Decides which results of other jobs are inputs: those that are there now, and that an agent has written for the submission
 * with that read key. What others or earlier runs have left beside them is no result of it, and left out.
 *
 * @param own the inputs that the manifest names itself
 * @param clash `later wins` also lets those entries be empty that name no path: a job may have made nothing
 * @returns these, and the results
 * @throws CloudSubmitError `inputs-changed` when nothing of an entry is there, in the same words whatever the reason;
 * `stage-in-failed` when two are to be in one place, or all are too many
 */
export async function withOtherResults(
  tools: Tools,
  own: Inputs,
  from: readonly From[],
  clash: Clash = "refuse",
): Promise<Inputs> {
  const inputs = new Map(own);
  const isOver = clash === "later wins";
  for (const one of from) {
    const found = await resultsOf(tools, one, isOver && one.path === "");
    for (const input of found) {
      const { path } = input;
      if (path.endsWith("/") && inputs.has(path)) continue;
      const isKept = PROTOCOL_FILES.has(path);
      if (isKept || (inputs.has(path) && !isOver)) {
        const place = JSON.stringify(path.slice(0, PATH_SHOWN));
        const why = isKept
          ? "which is kept for the system"
          : "and another input is to be there, too";
        throw new CloudSubmitError(
          "stage-in-failed",
          `a result of ${named(one)} is to be put at ${place}, ${why}: give it another place, and submit again`,
        );
      }
      inputs.set(path, input);
    }
    if (inputs.size > INPUTS_MAX)
      throw new CloudSubmitError(
        "stage-in-failed",
        `more than ${INPUTS_MAX} inputs with the results of ${named(one)}: take fewer of them, and submit again`,
      );
  }
  return inputs;
}

/** An object that may be a result, and where it would be in the job's folder. */
interface Candidate {
  object: ObjectEntry;
  path: string;
}

/** @throws CloudSubmitError `inputs-changed` when there are none */
async function resultsOf(
  { store, goOn, onResult }: Tools,
  from: From,
  mayBeNone: boolean,
): Promise<Input[]> {
  const candidates = await listed({ store, goOn }, from);
  let isRefused = false;
  const results = await mapBounded(candidates, AT_ONCE, async (candidate) => {
    goOn();
    try {
      const result = await resultAt(store, candidate, from.readKey);
      if (result) onResult?.(result.size);
      return result;
    } catch (error) {
      // It may be a result: without it, the job would run on a part.
      if (!(error instanceof FileError)) throw error;
      isRefused = true;
      return undefined;
    }
  });
  const found = results.filter((input) => input !== undefined);
  if (isRefused || (found.length === 0 && !mayBeNone))
    throw new CloudSubmitError(
      "inputs-changed",
      `${named(from)} has no result here of the run that was named, or none that can be read, or there are more than ${INPUTS_MAX} objects: look at what that job has returned, and submit again`,
    );
  return found;
}

/** The objects under the name of an entry; none when they are too many. */
async function listed({ store, goOn }: Tools, from: From): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  const begin = keyOf(from.prefix, from.path);
  let seen = 0;
  for await (const object of store.list(begin)) {
    goOn();
    if ((seen += 1) > INPUTS_MAX) return [];
    const path = placeOf(from, object.key.slice(from.prefix.length + 1));
    if (path !== undefined) candidates.push({ object, path });
  }
  return candidates;
}

/**
 * Where a file or folder of another job is to be in the job's folder, with `/` at the end of a folder's.
 *
 * @param path of the object, below that job's prefix
 * @returns undefined when it is none of those that are asked for
 */
function placeOf({ path: asked, where }: From, path: string): string | undefined {
  if (PROTOCOL_FILES.has(path)) return undefined;
  const name = asked.slice(asked.lastIndexOf("/") + 1);
  if (path === asked) return where || name || undefined;
  const below = asked === "" ? path : path.slice(asked.length + 1);
  if (asked !== "" && !path.startsWith(`${asked}/`)) return undefined;
  const folder = where ?? name;
  return (folder === "" ? below : `${folder}/${below}`) || undefined;
}

/** The input that a result becomes; undefined when it is none of that submission. */
async function resultAt(
  store: Tools["store"],
  { object: { key, size }, path }: Candidate,
  readKey: string,
): Promise<Input | undefined> {
  // An empty object has no first byte.
  const got = await store.get(key, size === 0 ? {} : { range: { start: 0, end: 1 } });
  got?.body.destroy();
  if (!got || !(WRITER_METADATA in got.metadata) || !hasReadKey(got.metadata, readKey))
    return undefined;
  const { etag, versionId } = got;
  const version = versionId !== undefined && versionId !== "null" && { version: versionId };
  const { mode, mtime, symlink } = got.metadata;
  return {
    path,
    size: got.size,
    etag,
    ...version,
    ...(mode !== undefined && { mode }),
    ...(mtime !== undefined && { mtime }),
    ...(symlink !== undefined && { symlink }),
    source: { key, readKey },
  };
}

const named = ({ prefix, path }: From) => JSON.stringify(`${prefix}:${path}`);
