import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Batches } from "../bucket/flow/batches.ts";
import type { ObjectEntry, ObjectStore } from "../bucket/object-store.ts";
import type { Input } from "../protocol/manifest.ts";
import { reason } from "../protocol/reason.ts";
import { bringObject, wantedProperties } from "./bring-object.ts";
import { type Pair } from "./comparing/merge.ts";
import { Proofs } from "./comparing/proofs.ts";
import type { Content } from "./comparing/same-content.ts";
import { sameHere } from "./comparing/same-here.ts";
import type { DownloadOptions } from "./download-options.ts";
import type { Job, Place, Tools } from "./download-tools.ts";
import { mayStay, objectOf, saidMetadata, unfinishedName } from "./exact-objects.ts";
import { decideThenDo } from "./flow/decide-then-do.ts";
import { carrying } from "./flow/flight.ts";
import { Plan } from "./flow/progress.ts";
import { PendingLinks } from "./links/pending-links.ts";
import { parseSymlink } from "./links/symlink.ts";
import { below, pathBelow } from "./names/path-below.ts";
import { pathConflict } from "./names/path-conflict.ts";
import { TargetNames } from "./names/target-names.ts";
import { EmptyFolders } from "./placing/empty-folders.ts";
import { Arrivals, type Arrived } from "./placing/in-turn.ts";
import { KeptFiles } from "./placing/kept-files.ts";
import { LocalGone } from "./placing/local-gone.ts";
import { namingFile } from "./placing/naming-file.ts";
import { placeFile, placeLink } from "./placing/place-file.ts";
import { Places } from "./placing/places.ts";
import { type ReadyFolder, type TargetFolder, TargetFolders } from "./placing/target-folders.ts";
import { TransferSummary } from "./summary.ts";

/** The work of one download: which objects come, where each goes, and what is told of it. */
export class Download {
  readonly summary = new TransferSummary();
  readonly gone: LocalGone;
  readonly #arrivals: Arrivals;
  readonly #store: ObjectStore;
  readonly #root: string;
  readonly #options: DownloadOptions;
  readonly #outsideLinks: "follow" | "refuse";
  readonly #tools: Tools;
  readonly #bringing: Parameters<typeof bringObject>[4];
  readonly #names: TargetNames;
  readonly #folders: TargetFolders;
  readonly #plan: Plan;
  readonly #links: PendingLinks;
  readonly #places: Places;

  constructor(
    store: ObjectStore,
    prefix: string,
    root: string,
    options: DownloadOptions,
    tools: Tools,
  ) {
    this.#store = store.forTransfer?.() ?? store;
    this.#root = root;
    this.#options = options;
    this.#outsideLinks = options.outsideLinks ?? "refuse";
    this.#tools = tools;
    this.#bringing = { local: options.local, onBytes: options.onBytes, files: tools.files };
    this.#names = new TargetNames(prefix, tools.traits);
    this.#links = new PendingLinks(tools.traits);
    const links = { outsideLinks: this.#outsideLinks };
    const kept = options.keep && new KeptFiles(root, options.keep, tools, links);
    this.#folders = new TargetFolders(root, this.#outsideLinks, kept);
    const same = (path: string, object: Content) => sameHere(root, path, object, tools, links);
    const empty = new EmptyFolders(tools.disk, root);
    this.#places = new Places(kept, this.summary, same, new Proofs(this.#store), empty);
    this.#arrivals = new Arrivals(options.first);
    this.#plan = new Plan(options);
    this.gone = new LocalGone(
      root,
      options.ignore,
      (path) => this.#places.isClaimed(path) || this.#names.isTaken(path),
    );
  }

  async run(pairs: Batches<Pair>): Promise<void> {
    const steps = carrying(this.#store, ({ entry }: Job) => entry.size, this.#plan);
    await decideThenDo(
      pairs.map((pair) => this.#target(pair)),
      (place) => this.#decide(place),
      (job) => this.#fetch(job),
      this.#tools.limits,
      steps,
    );
  }

  /** Where an object goes: asked in the order of the listing. undefined: nothing of it comes, which is told. */
  #target({ local, remote }: Pair): Place | undefined {
    if (!remote) {
      if (local && local.kind !== "skipped") this.gone.note(local);
      return undefined;
    }
    const place = this.#names.of(remote.key);
    const { path } = place;
    if (this.#options.wanted && !this.#options.wanted(path, remote)) return undefined;
    if (place.kind === "refused") {
      this.summary.skip(path, place.reason);
      return undefined;
    }
    const entry = objectOf(this.#inputAt(path), remote);
    if (!entry) this.#changed(path);
    const isFree = entry && this.#places.claim(path, place.kind);
    return isFree ? { entry, path, kind: place.kind } : undefined;
  }

  #decide({ entry, path, kind }: Place): Job | undefined | Promise<Job | undefined> {
    if (kind === "folder") return this.#makeFolder(path);
    const isHere = this.#places.hasSame(entry, path);
    return isHere === false ? this.#wanted(entry, path) : this.#unlessSame(entry, path, isHere);
  }

  async #makeFolder(path: string): Promise<undefined> {
    this.gone.keepFolder(path);
    await this.#guard(path, async () => void (await this.#folderFor(path, path || ".")));
  }

  async #unlessSame(
    entry: ObjectEntry,
    path: string,
    isHere: boolean | Promise<boolean>,
  ): Promise<Job | undefined> {
    if (!(await isHere) || !(await mayStay(this.#store, entry, this.#inputAt(path))))
      return this.#wanted(entry, path);
    this.summary.unchanged += 1;
    return undefined;
  }

  #wanted(entry: ObjectEntry, path: string): Job {
    this.#plan.add(entry.size);
    return { entry, path };
  }

  async #fetch({ entry, path }: Job): Promise<void> {
    try {
      const making = this.#folderFor(path, dirname(path));
      const folder = making instanceof Promise ? await making : making;
      if (folder) await this.#bring(entry, path, folder);
    } catch (error) {
      const why = await this.#options.passedOver?.(error);
      if (why === undefined) this.#failed(path, error);
      else this.summary.skip(path, why);
    }
  }

  async #bring(entry: ObjectEntry, path: string, folder: ReadyFolder): Promise<void> {
    const input = this.#inputAt(path);
    const part = this.#tools.partial.path(unfinishedName(input, entry), entry.etag);
    const target = pathBelow(this.#root, below(folder.at, basename(path)));
    const to = { part, target };
    const brought = await bringObject(this.#store, entry, to, input, this.#bringing);
    if (!brought) {
      await rm(part, { force: true });
      return input ? this.#changed(path) : this.summary.skip(path, reason("object-removed"));
    }
    const { object, isLocal, isPlaced } = brought;
    if (isPlaced) return this.#came(path, object.size, isLocal);
    const metadata = saidMetadata(input) ?? object.metadata;
    const linkTo = parseSymlink(metadata);
    if (linkTo === undefined) {
      const properties = wantedProperties(input, metadata);
      const file = { object, isLocal, isPlaced, path, folder: folder.at, part, properties };
      return this.#arrivals.holds(file) ? undefined : await this.#place(file);
    }
    await rm(part);
    const { size: bytes, etag: version, checksum } = object;
    const link = {
      path,
      folder: folder.at,
      target: linkTo,
      bytes,
      etag: version,
      checksum,
      metadata,
    };
    const problem = this.#links.add(link, folder.viaLink);
    if (problem !== undefined) this.summary.skip(path, problem);
  }

  /** Puts into their places what has waited for its turn. */
  async placeWaiting(): Promise<void> {
    for (const file of this.#arrivals.waiting)
      await this.#guard(file.path, () => this.#place(file));
  }

  async #place(file: Arrived): Promise<void> {
    const { path, folder, part, properties, object, isLocal } = file;
    const placing = this.#places.placeIn(folder, path, object);
    const place = placing instanceof Promise ? await placing : placing;
    if (place && !place.isThere) {
      const target = pathBelow(this.#root, place.at);
      const moving = placeFile(this.#tools.disk, part, target, properties, object.hasProperties);
      if (moving) await moving;
      this.#places.noteFile(place.at, object);
    } else await rm(part, { force: true });
    if (place) this.#came(path, object.size, isLocal);
  }

  #inputAt(path: string): Input | undefined {
    return this.#options.exactly?.get(path);
  }

  /** Counts an input that is not, or no longer, the object that was submitted. */
  #changed(path: string): void {
    this.summary.changed += 1;
    this.summary.skip(path, reason("input-changed"));
  }

  #came(path: string, bytes: number, isLocal = false): void {
    this.summary.add(bytes, isLocal);
    this.#options.onFile?.(path, bytes);
  }

  /** Makes the links that came: when all files are in place, so that none was written through them. */
  async makeLinks(): Promise<void> {
    for (const { path, folder, target, bytes, etag, checksum, metadata } of this.#links.all)
      await this.#guard(path, async () => {
        const came = { size: bytes, etag, checksum, symlink: target };
        const place = await this.#places.placeIn(folder, path, came);
        if (!place) return;
        if (!place.isThere) {
          const problem = await placeLink(join(this.#root, place.at), target, metadata);
          if (problem !== undefined) return this.summary.skip(path, problem);
          await this.#places.noteLink(place.at, etag, checksum);
        }
        this.#came(path, bytes);
      });
  }

  /** The folder for a path; undefined when it cannot be: the path is skipped then. */
  #folderFor(
    path: string,
    folder: string,
  ): ReadyFolder | undefined | Promise<ReadyFolder | undefined> {
    const made = this.#folders.ensure(folder);
    const ready = (one: TargetFolder) => {
      if (one.kind === "ready") return one;
      this.summary.skip(path, one.reason);
      return undefined;
    };
    return made instanceof Promise ? made.then(ready) : ready(made);
  }

  async #guard(path: string, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#failed(path, error);
    }
  }

  /** Counts a name that cannot stand beside another one on this disk as skipped; throws any other failure. */
  #failed(path: string, error: unknown): void {
    const why = pathConflict(error);
    if (why === undefined) throw namingFile(error, join(this.#root, path));
    this.summary.skip(path, why);
  }
}
