import { keyOf, STATUS_FILE } from "../../protocol/objects.ts";
import {
  endedAt,
  givenBackStatus,
  isOfNoJob,
  NO_JOB_ENDED,
  removingStatus,
} from "../../protocol/removal.ts";
import { formatStatus } from "../../protocol/state.ts";
import type { ReadStore } from "../job-objects/read-object.ts";
import { readStatus, type StatusObject } from "../job-objects/status.ts";
import { TEXT } from "../job-objects/written-as.ts";
import type {
  ObjectRemover,
  ObjectVersion,
  ObjectWriter,
  Removal,
  VersionLister,
} from "../object-store.ts";
import type { JobRemoval, RemoveOptions } from "./job-removal.ts";
import { InputVersions, jobVersions } from "./job-versions.ts";

/** Store operations that a removal needs. */
export type TidyStore = ReadStore & Pick<ObjectWriter, "put"> & ObjectRemover & VersionLister;

/** Objects written so shortly before the removal, and after the job's end, stay: an upload may be under way. Milliseconds. */
export const UPLOAD_MS = 10 * 60_000;

/** S3 tells the time of a status object in whole seconds, and servers tell that of a version more exactly. Milliseconds. */
const EXACT_TO_MS = 1000;

/** In the place of a status object, where there is none. */
const NO_STATUS: StatusObject = {
  state: "JOB_ERROR",
  submission: "",
  etag: "",
  versionId: undefined,
  lastModified: NO_JOB_ENDED,
  metadata: {},
  isResult: false,
};

/** Requests that follow one another before there is a chance to stop: a page, the look at the status, two removals. */
export const REQUESTS_PER_BATCH = 4;

/**
 * Removes everything below a job's prefix, all versions included, and its status object last of all; see
 * docs/decisions/053-removal-of-jobs.md. First it replaces the status object, if that is still `status`: then no client that
 * has looked at the prefix before can submit it, and of what comes meanwhile nothing is removed.
 *
 * @param status a final one, as it was read and judged; undefined: there was none, as after an upload that was interrupted
 */
export async function removeJob(
  store: TidyStore,
  prefix: string,
  status: StatusObject | undefined,
  options: RemoveOptions,
): Promise<JobRemoval> {
  const removal = new Removing(store, prefix, status ?? NO_STATUS, options);
  await removal.run();
  return removal.result;
}

/** The removal of one job. */
class Removing {
  readonly result: JobRemoval = {
    end: "stopped",
    objects: 0,
    bytes: 0,
    young: 0,
    youngFor: 0,
    refused: undefined,
    leavesVersions: false,
  };
  readonly #store: TidyStore;
  readonly #prefix: string;
  readonly #key: string;
  readonly #before: StatusObject;
  readonly #options: RemoveOptions;
  /** The status object of this removal. */
  #claim: StatusObject | undefined;
  readonly #inputs: InputVersions | undefined;

  constructor(store: TidyStore, prefix: string, status: StatusObject, options: RemoveOptions) {
    this.#store = store;
    this.#prefix = prefix;
    this.#key = keyOf(prefix, STATUS_FILE);
    this.#before = status;
    this.#options = options;
    this.#inputs = options.inputs && new InputVersions(prefix, options.inputs);
  }

  async run(): Promise<void> {
    const { result } = this;
    const claim = await this.#take();
    if (!claim) return void (result.end = "changed");
    this.#claim = claim;
    for await (const { entries, hasEarlier } of jobVersions(this.#store, this.#prefix)) {
      if (!hasEarlier && claim.versionId !== undefined) result.leavesVersions = true;
      if (!(await this.#removeAll(this.#chosen(entries)))) return void (result.end = "changed");
      if (this.#options.mayGoOn?.() === false) return;
    }
    if (this.#inputs || result.young > 0 || result.refused) return this.#giveBack(claim);
    result.end = (await this.#removeStatus(claim)) ? "removed" : "changed";
    if (result.refused !== undefined) await this.#giveBack(claim);
  }

  /** Replaces the status object; undefined: it is another one by now. */
  async #take(): Promise<StatusObject | undefined> {
    const { text, metadata } = removingStatus(this.#before, this.#options.nonce);
    const { etag: ifMatch } = this.#before;
    const condition = this.#before === NO_STATUS ? { ifAbsent: true } : { ifMatch };
    const etag = await this.#store.put(this.#key, text, { ...TEXT, metadata, ...condition });
    const now = etag === undefined ? undefined : await readStatus(this.#store, this.#prefix);
    return now?.etag === etag ? now : undefined;
  }

  /** The part of a page that is to go. */
  #chosen(page: ObjectVersion[]): ObjectVersion[] {
    const now = this.#claim?.lastModified?.getTime() ?? 0;
    const ended = endedAt(this.#before)?.getTime() ?? 0;
    const until = Math.max(wholeSeconds(ended), wholeSeconds(now - UPLOAD_MS));
    const ours = this.#inputs ? this.#inputs.of(page) : page;
    return ours.filter(({ key, isLatest, lastModified }) => {
      if (key === this.#key) return !isLatest;
      const written = lastModified?.getTime() ?? Number.POSITIVE_INFINITY;
      const isOld = wholeSeconds(written) <= until;
      if (!isOld) this.#noteYoung(written + UPLOAD_MS - now);
      return isOld;
    });
  }

  #noteYoung(left: number): void {
    this.result.young += 1;
    this.result.youngFor = Math.max(this.result.youngFor, Math.min(left, UPLOAD_MS));
  }

  /** @returns false: the status object is another one by now, and nothing was removed */
  async #removeAll(versions: readonly ObjectVersion[]): Promise<boolean> {
    if (versions.length === 0) return true;
    if (!(await this.#isStillOurs())) return false;
    const byId = new Set(
      this.result.leavesVersions ? [] : versions.filter((one) => this.#hasId(one)),
    );
    const refused = await this.#remove([...byId], ({ key, versionId }) => ({ key, versionId }));
    const denied = new Set(
      refused.flatMap(({ code, key, versionId }) =>
        code === "AccessDenied" ? [`${versionId} ${key}`] : [],
      ),
    );
    if (denied.size > 0) this.result.leavesVersions = true;
    const asTheyAre = versions.filter(
      (one) =>
        one.isLatest &&
        !one.isMarker &&
        (!byId.has(one) || denied.has(`${one.versionId} ${one.key}`)),
    );
    const hasConditions = this.#options.hasConditions !== false;
    const left = await this.#remove(asTheyAre, ({ key, etag }) => ({
      key,
      ...(hasConditions && { ifMatch: etag }),
    }));
    for (const one of [...refused, ...left])
      if (!denied.has(`${one.versionId} ${one.key}`)) this.#note(one);
    return true;
  }

  /** Whether a version is removed by its id: not in a bucket that never had any. */
  #hasId({ versionId }: ObjectVersion): boolean {
    return versionId !== "null" || this.#claim?.versionId !== undefined;
  }

  async #remove(versions: readonly ObjectVersion[], how: (version: ObjectVersion) => Removal) {
    if (versions.length === 0) return [];
    const refused = await this.#store.deleteMany(versions.map(how));
    const stay = new Set(refused.map(({ key, versionId }) => `${versionId} ${key}`));
    const gone = versions.filter((version) => {
      const { key, versionId } = how(version);
      return !stay.has(`${versionId} ${key}`);
    });
    this.result.objects += gone.length;
    this.result.bytes += gone.reduce((sum, { size }) => sum + size, 0);
    return refused;
  }

  #note({ code, message }: { code: string; message: string }): void {
    // Another client has replaced it: it is no object of this job any more.
    if (code === "PreconditionFailed") this.#noteYoung(UPLOAD_MS);
    else
      this.result.refused = {
        count: (this.result.refused?.count ?? 0) + 1,
        why: this.result.refused?.why ?? `${code}: ${message}`,
      };
  }

  async #isStillOurs(): Promise<boolean> {
    return (await readStatus(this.#store, this.#prefix))?.etag === this.#claim?.etag;
  }

  /** @returns false: it is another one by now */
  async #removeStatus({ etag, versionId }: StatusObject): Promise<boolean> {
    const key = this.#key;
    if (versionId !== undefined && !this.result.leavesVersions) {
      // Of this version alone: whatever was written since stays.
      const [refused] = await this.#store.deleteMany([{ key, versionId }]);
      if (!refused) return this.#count(this.#before.versionId === versionId);
      if (refused.code !== "AccessDenied") {
        this.#note(refused);
        return true;
      }
      this.result.leavesVersions = true;
    }
    if (!(await this.#isStillOurs())) return false;
    const hasConditions = this.#options.hasConditions !== false;
    const [refused] = await this.#store.deleteMany([
      { key, ...(hasConditions && { ifMatch: etag }) },
    ]);
    if (!refused) return this.#count(true);
    if (refused.code === "PreconditionFailed") return false;
    this.#note(refused);
    return true;
  }

  /** @param isInPlace whether the former status object has not been counted: this one is in its place */
  #count(isInPlace: boolean): true {
    if (!isInPlace || this.#before === NO_STATUS) return true;
    this.result.objects += 1;
    this.result.bytes += formatStatus(this.#before.state ?? "JOB_ERROR").length;
    return true;
  }

  /** The job stays, without what was removed: its status object says again what it said, so that it can be submitted. */
  async #giveBack(claim: StatusObject): Promise<void> {
    const isBack = await this.#putBack(claim);
    const { young, refused } = this.result;
    this.result.end = young > 0 || refused ? "remains" : "removed";
    if (!isBack) this.result.end = "changed";
  }

  async #putBack(claim: StatusObject): Promise<boolean> {
    if (this.#before === NO_STATUS || isOfNoJob(this.#before)) return this.#removeStatus(claim);
    const { text, metadata } = givenBackStatus(this.#before);
    const put = { ...TEXT, metadata, ifMatch: claim.etag };
    return (await this.#store.put(this.#key, text, put)) !== undefined;
  }
}

/** A time in milliseconds, without what S3 does not tell of it. */
function wholeSeconds(time: number): number {
  return Math.floor(time / EXACT_TO_MS) * EXACT_TO_MS;
}
