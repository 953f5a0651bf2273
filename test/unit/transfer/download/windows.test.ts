import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { asOnWindows } from "../../../support/as-on-windows.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const windowsManners = asOnWindows();
const { MemoryStore } = await import("../../../support/memory-store.ts");
const { downloadFolder } = await import("../../../../transfer/download.ts");
const { uploadFolder } = await import("../../../../transfer/upload.ts");
const { LocalCopies } = await import("../../../../transfer/comparing/local-copies.ts");

/** A path of this machine as Windows would have it. */
const windows = (path: string) => path.replaceAll("/", "\\");

let store: InstanceType<typeof MemoryStore>;
let folder: string;
let states: string;
beforeEach(() => {
  store = new MemoryStore();
  [folder, states] = [temporaryFolder(), temporaryFolder()];
  mkdirSync(join(folder, "a/b/c"), { recursive: true });
  for (const path of ["top", "a/one", "a/b/two", "a/b/c/データ"])
    writeFileSync(join(folder, path), path);
  symlinkSync("b/two", join(folder, "a/link"));
});

const upload = () => uploadFolder(store, windows(folder), "job", { outsideLinks: "follow" });

async function fetchInto(to: string, more: { delete?: boolean } = {}) {
  const copies = await LocalCopies.open(windows(states), windows(to));
  const summary = await downloadFolder(store, "job", windows(to), {
    outsideLinks: "follow",
    keep: { copies },
    ...more,
  });
  await copies.save(Date.now());
  return summary;
}

const found = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();

test("everything that comes from Windows may be run on the cluster", async () => {
  await upload();
  expect(store.objects.get("job/top")?.metadata).toMatchObject({ mode: "0755" });
});

test("a folder goes up under keys with slashes, and comes down into its folders", async () => {
  expect(await upload()).toMatchObject({ files: 5, skipped: [] });
  expect([...store.objects.keys()].toSorted()).toEqual(found(folder).map((path) => `job/${path}`));
  const to = temporaryFolder();
  expect(await fetchInto(to)).toMatchObject({ files: 5, skipped: [], beside: [] });
  expect(found(to)).toEqual(found(folder));
  expect(readFileSync(join(to, "a/b/c/データ"), "utf8")).toBe("a/b/c/データ");
});

test("a file that is open elsewhere for a moment is replaced when it is closed", async () => {
  await upload();
  const to = temporaryFolder();
  windowsManners.busyRenames = 3;
  expect(await fetchInto(to)).toMatchObject({ files: 5, skipped: [] });
  expect(found(to)).toEqual(found(folder));
});

test("what is there is not sent or fetched again, and a user's own file is kept", async () => {
  await upload();
  expect(await upload()).toMatchObject({ files: 0 });
  const to = temporaryFolder();
  await fetchInto(to);
  expect(await fetchInto(to)).toMatchObject({ files: 0, beside: [] });
  writeFileSync(join(to, "a/b/two"), "mine");
  await store.put("job/a/b/two", "the job's");
  await store.delete("job/a/one");
  expect(await fetchInto(to, { delete: true })).toMatchObject({
    files: 1,
    deleted: 1,
    beside: [{ path: "a/b/two", at: "a/b/two.fetched" }],
  });
  expect(readFileSync(join(to, "a/b/two"), "utf8")).toBe("mine");
  expect(readFileSync(join(to, "a/b/two.fetched"), "utf8")).toBe("the job's");
});

test("a file whose name differs in case alone is the object's, and --delete leaves it there", async () => {
  await store.put("job/dir/report.txt", "new");
  await store.put("job/dir/empty/", "");
  const to = temporaryFolder();
  mkdirSync(join(to, "Dir/Empty"), { recursive: true });
  writeFileSync(join(to, "Dir/Report.TXT"), "new");
  writeFileSync(join(to, "Dir/gone"), "");
  for (const _time of [1, 2]) {
    expect(await fetchInto(to, { delete: true })).toMatchObject({ files: 0, unchanged: 1 });
    expect(found(to)).toEqual(["Dir/Report.TXT"]);
    expect(readdirSync(join(to, "Dir")).toSorted()).toEqual(["Empty", "Report.TXT"]);
  }
});
