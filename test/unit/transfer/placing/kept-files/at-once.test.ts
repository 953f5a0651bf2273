import { lstatSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LIMITS, newMachine } from "../../../../../bucket/machine.ts";
import { LocalCopies } from "../../../../../transfer/comparing/local-copies.ts";
import { downloadFolder } from "../../../../../transfer/download.ts";
import { symlinkBody, symlinkMetadata } from "../../../../../transfer/links/symlink.ts";
import { MemoryStore } from "../../../../support/memory-store.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

/** A folder that several commands fetch one job into. */
function scene() {
  const root = temporaryFolder();
  const states = temporaryFolder();
  const store = new MemoryStore();
  const open = () => LocalCopies.open(states, root);
  const fetch = async (copies: LocalCopies) => {
    // One file at a time: what comes between a look at a place and the renaming is replaced, as with any program.
    const machine = newMachine({ ...LIMITS, flight: 1 });
    const summary = await downloadFolder(store, "j", root, { keep: { copies }, machine });
    await copies.save(Date.now());
    return summary;
  };
  return {
    store,
    open,
    fetch,
    put: (path: string, text: string) => store.put(`j/${path}`, text),
    putLink: (path: string, target: string) =>
      store.put(`j/${path}`, symlinkBody(target), { metadata: symlinkMetadata(target) }),
    write: async (path: string, text: string) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    /** Does something once, when this object is about to come. */
    meanwhile: (path: string, work: () => Promise<unknown>) => {
      store.before = async (operation, key) => {
        if (operation !== "getFile" || key !== `j/${path}`) return;
        store.before = () => undefined;
        await work();
      };
    },
    at: (path: string) => join(root, path),
    read: (path: string) => readFileSync(join(root, path), "utf8"),
    all: () =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .toSorted(),
  };
}

describe("a fetch while another one fetches the same", () => {
  test("takes what that one has brought, and leaves it as it is", async () => {
    const s = scene();
    await s.put("d/a", "1");
    await s.put("large", "x".repeat(2 * 1024 * 1024));
    await s.putLink("link", "d/a");
    const copies = await s.open();
    const inode = (path: string) => lstatSync(s.at(path)).ino;
    let before: number[] = [];
    s.meanwhile("d/a", async () => {
      await s.fetch(await s.open());
      before = ["d/a", "large", "link"].map(inode);
    });
    expect(await s.fetch(copies)).toMatchObject({ files: 3, besideCount: 0, skippedCount: 0 });
    expect(s.all()).toEqual(["d/a", "large", "link"]);
    expect(["d/a", "large", "link"].map(inode)).toEqual(before);
    // It is known by then: what comes later may replace it.
    await s.put("d/a", "22");
    expect(await s.fetch(await s.open())).toMatchObject({ files: 1, besideCount: 0 });
  });

  test("also where an earlier result is replaced", async () => {
    const s = scene();
    await s.put("a", "1");
    await s.fetch(await s.open());
    await s.put("a", "2");
    const copies = await s.open();
    s.meanwhile("a", async () => s.fetch(await s.open()));
    expect(await s.fetch(copies)).toMatchObject({ besideCount: 0 });
    expect(s.all()).toEqual(["a"]);
  });

  test("takes its twin for the one that it would make itself", async () => {
    const s = scene();
    await s.put("a", "job's");
    await s.write("a", "mine");
    const copies = await s.open();
    await s.fetch(await s.open());
    expect(await s.fetch(copies)).toMatchObject({ beside: [{ path: "a", at: "a.fetched" }] });
    expect(s.all()).toEqual(["a", "a.fetched"]);
    expect(s.read("a")).toBe("mine");
  });

  test("does not take a link for the same that leads to another place, nor a file", async () => {
    const s = scene();
    await s.put("real", "1");
    await s.putLink("one", "real");
    await s.putLink("other", "real");
    s.meanwhile("real", async () => {
      await s.write("one", "mine");
      symlinkSync("elsewhere", s.at("other"));
    });
    expect(await s.fetch(await s.open())).toMatchObject({ besideCount: 2 });
    expect(s.all()).toEqual(["one", "one.fetched", "other", "other.fetched", "real"]);
    expect(s.read("one")).toBe("mine");
    expect(["other", "other.fetched"].map((path) => readlinkSync(s.at(path)))).toEqual([
      "elsewhere",
      "real",
    ]);
  });
});

test("whenever another one fetches, or a user writes: a twin only of what differs, and nothing is lost", async () => {
  const path = fc.constantFrom("a", "b/c", "d");
  const step = fc.record({ at: path, kind: fc.constantFrom("fetch", "edit"), edited: path });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), step, async (isKnown, { at, kind, edited }) => {
      const s = scene();
      const put = async (text: string) => {
        for (const one of ["a", "b/c", "d"]) await s.put(one, text);
      };
      if (isKnown) {
        await put("old");
        await s.fetch(await s.open());
      }
      await put("new");
      const copies = await s.open();
      s.meanwhile(at, async () => {
        if (kind === "fetch") await s.fetch(await s.open());
        else {
          await rm(s.at(edited), { force: true });
          await s.write(edited, "own");
        }
      });
      await s.fetch(copies);
      const own: string[] = kind === "edit" ? [edited] : [];
      // Without a twin, what was edited had come before.
      for (const one of s.all()) {
        if (!one.endsWith(".fetched")) expect(s.read(one)).toBe(own.includes(one) ? "own" : "new");
        else expect([`${own[0]}.fetched`, "new"]).toEqual([one, s.read(one)]);
      }
    }),
    { numRuns: 25 },
  );
});
