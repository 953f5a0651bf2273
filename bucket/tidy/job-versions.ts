import type { Inputs } from "../../protocol/manifest.ts";
import type { ObjectLister, ObjectVersion, VersionLister } from "../object-store.ts";

/** Versions in one batch, as many as one request removes. */
const BATCH = 1000;

/** Versions below a prefix, and whether the earlier ones are among them. */
export interface VersionBatch {
  entries: ObjectVersion[];
  /** false: only what is there now could be listed. */
  hasEarlier: boolean;
}

/**
 * Everything below a job's prefix, in batches: a request for each thousand. Where versions may not be listed, the objects as
 * they are.
 */
export async function* jobVersions(
  store: ObjectLister & VersionLister,
  prefix: string,
): AsyncGenerator<VersionBatch> {
  let isFirst = true;
  try {
    for await (const page of store.versions(`${prefix}/`)) {
      isFirst = false;
      yield { entries: [...page], hasEarlier: true };
    }
    return;
  } catch (error) {
    if (!isFirst || !isUnavailable(error)) throw error;
  }
  let entries: ObjectVersion[] = [];
  for await (const entry of store.list(`${prefix}/`)) {
    entries.push({ ...entry, versionId: "null", isLatest: true, isMarker: false });
    if (entries.length < BATCH) continue;
    yield { entries, hasEarlier: false };
    entries = [];
  }
  yield { entries, hasEarlier: false };
}

/** Without the right, or on a server without versions. */
function isUnavailable(error: unknown): boolean {
  return (
    error instanceof Error &&
    ["AccessDenied", "NotImplemented", "MethodNotAllowed"].includes(error.name)
  );
}

/** Tells which versions are a job's inputs. */
export class InputVersions {
  readonly #prefix: string;
  readonly #inputs: Inputs;
  /** Of keys of which the newest version was seen. */
  readonly #isInput = new Map<string, boolean>();

  constructor(prefix: string, inputs: Inputs) {
    this.#prefix = prefix;
    this.#inputs = inputs;
  }

  /** Those of a page: all versions of objects that still are what was submitted. A result in the place of an input is none. */
  of(page: readonly ObjectVersion[]): ObjectVersion[] {
    for (const version of page)
      if (version.isLatest) this.#isInput.set(version.key, this.#isUnchanged(version));
    return page.filter(({ key }) => this.#isInput.get(key) === true);
  }

  #isUnchanged({ key, versionId, etag, isMarker }: ObjectVersion): boolean {
    const input = this.#inputs.get(key.slice(this.#prefix.length + 1));
    if (!input || input.source) return false;
    if (isMarker) return true;
    return etag === input.etag && [undefined, "null", versionId].includes(input.version);
  }
}
