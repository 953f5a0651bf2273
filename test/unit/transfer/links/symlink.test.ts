import { execFileSync } from "node:child_process";
import {
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { downloadFolder } from "../../../../transfer/download.ts";
import {
  isSymlinkBody,
  parseSymlink,
  symlinkBody,
  symlinkMetadata,
  symlinkProblem,
} from "../../../../transfer/links/symlink.ts";
import { placeLink } from "../../../../transfer/placing/place-file.ts";
import { uploadFolder } from "../../../../transfer/upload.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const upload = (store: MemoryStore, root: string) =>
  uploadFolder(store, root, "job", { outsideLinks: "follow" });

async function putLink(store: MemoryStore, path: string, target: string): Promise<void> {
  await store.put(`job/${path}`, symlinkBody(target), { metadata: symlinkMetadata(target) });
}

describe("a link that stays in the folder", () => {
  test("comes back as it was, with its time; nothing of it is sent or fetched again", async () => {
    const store = new MemoryStore();
    const [source, target] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(source, "a/b"), { recursive: true });
    writeFileSync(join(source, "a/file"), "x");
    for (const [path, to] of [
      ["link", "a/file"],
      ["a/b/up", "../file"],
      ["folder", "./a/"],
      ["dangling", "a/日本 %2F\n"],
    ] as const)
      symlinkSync(to, join(source, path));
    lutimesSync(join(source, "link"), 1_000_000_000, 1_000_000_000);
    await upload(store, source);
    expect((await downloadFolder(store, "job", target)).verdict()).toMatchObject({
      verdict: "complete",
      files: 5,
    });
    const links = (root: string) =>
      execFileSync("find", [root, "-type", "l", "-printf", "%P -> %l\\0"])
        .toString()
        .split("\0")
        .toSorted();
    expect(links(target)).toEqual(links(source));
    expect(lstatSync(join(target, "link")).mtimeMs).toBe(1_000_000_000_000);
    store.requests = {};
    expect((await downloadFolder(store, "job", target)).unchanged).toBe(5);
    expect((await upload(store, target)).unchanged).toBe(5);
    expect(store.requests).toEqual({ list: 2 });
  });

  test("is a sentence for clients that do not know, and never taken for a file that says the same", async () => {
    const store = new MemoryStore();
    const [source, target] = [temporaryFolder(), temporaryFolder()];
    symlinkSync("elsewhere", join(source, "link"));
    await upload(store, source);
    const text = store.text("job/link") ?? "";
    expect(text).toBe("cloud-submit symbolic link to elsewhere\n");
    // As `aws s3 sync` has fetched it.
    writeFileSync(join(target, "link"), text);
    await downloadFolder(store, "job", target);
    expect(readlinkSync(join(target, "link"))).toBe("elsewhere");
    // The other way: the user wants a file with exactly this content.
    const other = temporaryFolder();
    writeFileSync(join(other, "link"), text);
    await upload(store, other);
    expect(parseSymlink(store.objects.get("job/link")?.metadata ?? {})).toBeUndefined();
  });

  test("that leads elsewhere now is sent again", async () => {
    const store = new MemoryStore();
    const [source, target] = [temporaryFolder(), temporaryFolder()];
    symlinkSync("one", join(source, "link"));
    symlinkSync("two", join(target, "link"));
    await upload(store, source);
    await downloadFolder(store, "job", target);
    expect(readlinkSync(join(target, "link"))).toBe("one");
    expect((await upload(store, target)).files).toBe(0);
  });

  test("takes the place of a file, not of a folder", async () => {
    const store = new MemoryStore();
    const target = temporaryFolder();
    await putLink(store, "file", "x");
    await putLink(store, "folder", "x");
    writeFileSync(join(target, "file"), "old");
    mkdirSync(join(target, "folder"));
    const summary = await downloadFolder(store, "job", target);
    expect(readlinkSync(join(target, "file"))).toBe("x");
    expect(summary.skipped).toMatchObject([
      { path: "folder", code: "name-conflict", reason: "a file and a folder have the same name" },
    ]);
    expect(readdirSync(target).toSorted()).toEqual(["file", "folder"]);
  });
});

describe("no link leads a download out of its folder", () => {
  test.each([
    ["link", "../out"],
    ["a/link", "../../out"],
    ["link", "/etc"],
    ["link", "a/../../out"],
    ["a/link", "./.././../out"],
    ["link", "a/.."],
    ["link", ""],
    ["link", "a\0b"],
    ["link", "x".repeat(1600)],
  ])("%s -> %j is refused", async (path, target) => {
    expect(symlinkProblem(path, target)).toBeDefined();
    const store = new MemoryStore();
    const root = temporaryFolder();
    await putLink(store, path, target);
    expect((await downloadFolder(store, "job", root)).skippedCount).toBe(1);
    expect(execFileSync("find", [root, "-type", "l"]).toString()).toBe("");
  });

  test("whatever links and files there are, in whatever order: also over several downloads", async () => {
    const name = fc.constantFrom("a", "b", "c");
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
    const target = fc
      .array(fc.constantFrom("..", ".", "a", "b", "c"), { minLength: 1, maxLength: 5 })
      .map((names) => names.join("/"));
    const object = fc.record({ path, target: fc.option(target) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(object, { maxLength: 8 }), { minLength: 1, maxLength: 3 }),
        async (rounds) => {
          const outer = temporaryFolder();
          const root = join(outer, "one/two/root");
          for (const objects of rounds) {
            const store = new MemoryStore();
            for (const { path, target } of objects)
              if (target === null) await store.put(`job/${path}`, "file");
              else await putLink(store, path, target);
            await downloadFolder(store, "job", root);
          }
          // Written to, no link that is there creates anything outside either, not even one that dangles.
          const links = execFileSync("find", [root, "-type", "l", "-print0"]).toString();
          for (const link of links.split("\0").filter(Boolean))
            for (const path of [link, `${link}/probe`])
              try {
                writeFileSync(path, "x");
              } catch {
                // A loop, a folder, or a way over something that is not there.
              }
          const outside = execFileSync("find", [outer, "-not", "-path", `${root}*`]).toString();
          expect(outside.trim().split("\n").toSorted()).toEqual([
            outer,
            join(outer, "one"),
            join(outer, "one/two"),
          ]);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  test("nor is a file written through a link that is there", async () => {
    const store = new MemoryStore();
    const [root, outside] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(root, "real"));
    symlinkSync("real", join(root, "inner"));
    symlinkSync(outside, join(root, "outer"));
    await store.put("job/inner/x", "x");
    await store.put("job/outer/x", "x");
    const summary = await downloadFolder(store, "job", root);
    expect(summary.skipped.map(({ path }) => path).toSorted()).toEqual(["inner/x", "outer/x"]);
    expect([readdirSync(join(root, "real")), readdirSync(outside)]).toEqual([[], []]);
  });

  test("but through a user's own link out of the folder, when that is asked for", async () => {
    const store = new MemoryStore();
    const [root, outside] = [temporaryFolder(), temporaryFolder()];
    symlinkSync(outside, join(root, "data"));
    writeFileSync(join(outside, "in"), "1");
    await upload(store, root);
    await store.put("job/data/in", "2");
    await store.put("job/data/deep/new", "3");
    await putLink(store, "data/escape", "../x");
    const summary = await downloadFolder(store, "job", root, { outsideLinks: "follow" });
    expect(readFileSync(join(outside, "in"), "utf8")).toBe("2");
    expect(readFileSync(join(outside, "deep/new"), "utf8")).toBe("3");
    expect(summary.skipped.map(({ path }) => path)).toEqual(["data/escape"]);
  });
});

describe("where links cannot be made", () => {
  const noLinks = async () => {
    throw Object.assign(new Error("EPERM"), { code: "EPERM" });
  };

  test("a file is copied, anything else is left out with the reason", async () => {
    const root = temporaryFolder();
    await mkdir(join(root, "folder"));
    await writeFile(join(root, "file"), "content");
    expect(await placeLink(join(root, "copy"), "file", {}, noLinks)).toBeUndefined();
    expect(readFileSync(join(root, "copy"), "utf8")).toBe("content");
    expect(await placeLink(join(root, "none"), "folder", {}, noLinks)).toMatchObject({
      code: "link-not-made",
    });
    expect(readdirSync(root).toSorted()).toEqual(["copy", "file", "folder"]);
  });

  test("another failure is thrown, and leaves nothing", async () => {
    const root = temporaryFolder();
    await mkdir(join(root, "folder"));
    await expect(placeLink(join(root, "folder"), "x", {}, symlink)).rejects.toThrow();
    expect(readdirSync(root)).toEqual(["folder"]);
  });
});

test("any target is carried in metadata that HTTP can carry", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (target) => {
      const metadata = symlinkMetadata(target);
      expect(Object.values(metadata).join("")).toMatch(/^[\x21-\x7e]*$/);
      expect(parseSymlink(metadata)).toBe(target);
      expect(isSymlinkBody(symlinkBody(target))).toBe(true);
    }),
  );
  expect(parseSymlink({ symlink: "%" })).toBeUndefined();
});
