import { type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ORIGINS_MAX } from "../../protocol/manifest.ts";
import { addElsewhere } from "./chosen-inputs.ts";
import { type FolderRule, sharedPlace, whyNotSent } from "./folder-rule.ts";
import { type NamedPath, namedPaths } from "./named-paths.ts";
import { isOwnFile, type Owner } from "./own-files.ts";
import { below, type Places, realOf } from "./places.ts";
import type { Elsewhere } from "./send-elsewhere.ts";

/** How it is decided what goes along. */
export interface NamedRule extends Pick<FolderRule, "limit"> {
  owner: Owner;
}

/** Files and folders that go along with a job because its script names them. */
interface Named {
  /** Folders that are sent as a whole. */
  folders: Set<string>;
  /** Files whose folder is not. */
  files: Set<string>;
  /** Folders of which nothing is sent: the job makes a file in them. */
  targets: Set<string>;
}

/**
 * The user's own files and folders that a text names by absolute paths, and that no folder which is sent has: each goes along
 * with its folder, a script's neighbours being what it calls. A folder that may not be sent, or is too large, or that the
 * job's own folder is in, gives the named file alone. A file that is not there yet, in a folder that is, comes back to it.
 *
 * @param places gets their places, which their paths mean in the script from now on
 * @returns what is to be sent
 */
export async function namedFiles(
  text: string,
  places: Places,
  { owner, limit }: NamedRule,
): Promise<Elsewhere[]> {
  const named: Named = { folders: new Set(), files: new Set(), targets: new Set() };
  const wholes = new Map<string, Promise<boolean>>();
  const mayBeSent = (folder: string) => {
    const known = wholes.get(folder);
    if (known) return known;
    const asked = whyNotSent(folder, { limit, home: owner.home }).then(
      ({ place, tooMuch }) => place === undefined && tooMuch === undefined,
      () => false,
    );
    wholes.set(folder, asked);
    return asked;
  };
  for (const meant of namedPaths(text)) await note(meant, { places, owner, named, mayBeSent });
  return sendNamed(named, places, owner.home);
}

async function note(
  meant: readonly NamedPath[],
  {
    places,
    owner,
    named,
    mayBeSent,
  }: {
    places: Places;
    owner: Owner;
    named: Named;
    mayBeSent: (folder: string) => Promise<boolean>;
  },
): Promise<void> {
  const found = meant.flatMap(({ path, isFolderOfMore }) => {
    const stats = statsOf(path);
    return stats && (stats.isDirectory() || (stats.isFile() && !isFolderOfMore))
      ? [{ path, stats }]
      : [];
  })[0];
  if (!found) {
    const target = meant.findLast(({ isFolderOfMore }) => !isFolderOfMore);
    const folder = target && dirname(target.path);
    const stats = folder === undefined ? undefined : statsOf(folder);
    if (folder === undefined || !stats?.isDirectory() || isSent(folder, places)) return;
    if (sharedPlace(folder, owner.home) === undefined && isOwnFile(folder, stats, owner))
      named.targets.add(folder);
    return;
  }
  const { path, stats } = found;
  if (isSent(path, places) || !isOwnFile(path, stats, owner)) return;
  if (stats.isDirectory()) {
    if (await mayBeSent(path)) named.folders.add(path);
    return;
  }
  const folder = dirname(path);
  const isAbove = places.roots.some((root) => below(folder, root) !== undefined);
  if (!isAbove && (await mayBeSent(folder))) named.folders.add(folder);
  else named.files.add(path);
}

/** Whether a path is in a folder that is sent. One by which links lead there means its place, too. */
function isSent(path: string, places: Places): boolean {
  if (places.sent(path) !== undefined) return true;
  const at = places.sent(realOf(path));
  if (at !== undefined) places.mean(path, at);
  return at !== undefined;
}

function sendNamed(named: Named, places: Places, home: string): Elsewhere[] {
  const folders = [...named.folders].filter((one) => !isBelowAny(one, named.folders));
  const isInOne = (path: string) => folders.some((one) => below(one, path) !== undefined);
  const files = [...named.files].filter((one) => !isInOne(one));
  const targets = [...named.targets].filter((one) => !isInOne(one));
  const paths = [...folders, ...targets, ...files].flatMap((path) => [
    ...new Set([path, realOf(path)]),
  ]);
  if (places.replaced.length + paths.length > ORIGINS_MAX)
    for (const common of commonFolders([...folders, ...targets, ...files.map(dirnameOf)], home))
      places.group(common);
  const sent = [
    ...folders.map((path) => addElsewhere(places, path, false)),
    ...files.map((path) => addElsewhere(places, path, true)),
  ];
  for (const folder of targets) places.receive(folder);
  return sent;
}

function isBelowAny(path: string, folders: Iterable<string>): boolean {
  return [...folders].some((one) => one !== path && below(one, path) !== undefined);
}

function dirnameOf(path: string): string {
  return dirname(path);
}

/** Folders that several of these are in: one at most below each folder of the home folder, or of a disk. */
function commonFolders(paths: readonly string[], home: string): string[] {
  const byTop = new Map<string, string[]>();
  for (const path of paths) {
    const inHome = below(home, path);
    const top =
      inHome === undefined
        ? path.split("/").slice(0, 3).join("/")
        : join(home, inHome.split("/", 1)[0] ?? "");
    byTop.set(top, [...(byTop.get(top) ?? []), path]);
  }
  return [...byTop.values()]
    .filter((some) => some.length > 1)
    .map(commonFolder)
    .filter((folder) => sharedPlace(folder, home) === undefined);
}

/** The folder that all of these are in. */
function commonFolder(paths: readonly string[]): string {
  let [common = "/"] = paths;
  while (paths.some((path) => below(common, path) === undefined)) common = dirname(common);
  return common;
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
