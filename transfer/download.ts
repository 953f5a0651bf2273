import { makeFolder } from "../bucket/disk/make-folder.ts";
import { statsOn } from "../bucket/disk/names.ts";
import { NewFiles } from "../bucket/disk/new-files.ts";
import { probeDisk } from "../bucket/disk-traits.ts";
import { newMachine } from "../bucket/machine.ts";
import type { ObjectStore } from "../bucket/object-store.ts";
import { reason } from "../protocol/reason.ts";
import { HashCache } from "./comparing/hash-cache.ts";
import { type MergeReport, merge, objectsAlone } from "./comparing/merge.ts";
import type { DownloadOptions } from "./download-options.ts";
import { Download } from "./downloading.ts";
import { entriesOf } from "./exact-objects.ts";
import { readAhead } from "./flow/read-ahead.ts";
import { here } from "./placing/local-gone.ts";
import { PartialFiles } from "./placing/partial-files.ts";
import { orTargetGone } from "./placing/target-gone.ts";
import { TransferSummary } from "./summary.ts";

/**
 * Downloads everything under `prefix/` into a folder. A file that is there with the same content is left
 * alone; others come under a temporary name, which an interrupted download goes on with, and are renamed.
 * Links are made last, and none that leads out of the folder. A key that would leave the folder, or that the
 * file system cannot hold, is counted as skipped, with the reason; what S3 refuses is thrown.
 */
export async function downloadFolder(
  store: ObjectStore,
  prefix: string,
  root: string,
  options: DownloadOptions = {},
): Promise<TransferSummary> {
  const now = options.now ?? Date.now;
  const machine = options.machine ?? newMachine();
  const { limits } = machine;
  if (!(await statsOn(machine.disk, root))?.isDirectory()) await makeFolder(root);
  const partial = new PartialFiles(root, now, options.alone !== undefined);
  await partial.open();
  try {
    const traits = options.alone ?? options.disk ?? (await probeDisk(partial.folder));
    const cache = new HashCache(options.hashCache, now);
    const download = new Download(store, prefix, root, options, {
      partial,
      traits,
      files: new NewFiles(machine.disk),
      ...machine,
      cache,
    });
    const listed = readAhead(
      options.exactly ? entriesOf(options.exactly, prefix) : store.list(`${prefix}/`),
      1,
    );
    const report: MergeReport = { doubt: undefined };
    const local = () => here(root, machine, options.passOver);
    await download.run(
      options.delete ? merge(local(), listed, prefix, report) : objectsAlone(listed),
    );
    await download.placeWaiting();
    await download.makeLinks();
    const how = { atOnce: limits.deletions, onDeleted: options.onDeleted };
    if (options.delete && (await options.isStillSo?.()) === false)
      report.doubt ??= { path: ".", reason: reason("job-changed") };
    await download.gone.remove(report.doubt, download.summary, how);
    await cache.save();
    await partial.removeAbandoned();
    return download.summary;
  } catch (error) {
    throw orTargetGone(error, root);
  } finally {
    await partial.close();
  }
}
