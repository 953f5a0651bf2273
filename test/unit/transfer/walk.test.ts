import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { reason } from "../../../protocol/reason.ts";
import { keyEnd } from "../../../transfer/comparing/merge.ts";
import { ignoreRules } from "../../../transfer/names/ignore-rules.ts";
import { type WalkOptions, walk } from "../../../transfer/walk.ts";
import { collect } from "../../support/collect.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

async function keys(root: string, options: Partial<WalkOptions> = {}): Promise<string[]> {
  const entries = await collect(walk(root, { outsideLinks: "refuse", ...options }));
  return entries.map((entry) => (entry.kind === "skipped" ? `! ${entry.path}` : keyEnd(entry)));
}

/** Names with what comes before and after `/` in ASCII, and what UTF-16 and UTF-8 order differently. */
const name = fc
  .string({
    unit: fc.constantFrom("a", "b", "!", "-", ".", "0", "é", "\uFF5E", "😀"),
    minLength: 1,
    maxLength: 4,
  })
  .filter((text) => text !== "." && text !== "..");

test("a walk is in the order in which S3 lists the same keys", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(name, { minLength: 1, maxLength: 3 })), async (paths) => {
      const root = temporaryFolder();
      for (const path of paths)
        try {
          mkdirSync(dirname(join(root, ...path)), { recursive: true });
          writeFileSync(join(root, ...path), "", { flag: "wx" });
        } catch {
          // One of them is a folder already.
        }
      const walked = await keys(root);
      const sorted = walked
        .map((key) => Buffer.from(key))
        .toSorted((a, b) => a.compare(b))
        .map(String);
      expect(walked).toEqual(sorted);
      const found = execFileSync("find", [root, "-type", "f", "-printf", "%P\\0"]).toString();
      expect(walked.toSorted()).toEqual(found.split("\0").slice(0, -1).toSorted());
    }),
    { numRuns: 60 },
  );
}, 60_000);

describe("symbolic links", () => {
  function linked(): string {
    const [root, outside] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(root, "sub/deep"), { recursive: true });
    writeFileSync(join(root, "sub/file"), "x");
    writeFileSync(join(outside, "out"), "x");
    symlinkSync("sub/file", join(root, "relative"));
    symlinkSync("../file", join(root, "sub/deep/up"));
    symlinkSync(join(root, "sub/file"), join(root, "sub/absolute"));
    symlinkSync("sub", join(root, "folder"));
    symlinkSync("not/yet", join(root, "dangling"));
    symlinkSync(".", join(root, "loop"));
    symlinkSync("self", join(root, "self"));
    symlinkSync("folder/deep/../file", join(root, "winding"));
    symlinkSync(outside, join(root, "outside"));
    symlinkSync("elsewhere", join(outside, "inner"));
    writeFileSync(join(outside, "elsewhere"), "x");
    return root;
  }

  test("that stay in the folder are kept, with a target that is good anywhere", async () => {
    const entries = await collect(walk(linked(), { outsideLinks: "refuse" }));
    const targets = entries.flatMap((entry) =>
      entry.kind === "link" ? [[entry.path, entry.target]] : [],
    );
    expect(targets).toEqual([
      ["dangling", "not/yet"],
      ["folder", "sub"],
      ["loop", "."],
      ["relative", "sub/file"],
      ["sub/absolute", "file"],
      ["sub/deep/up", "../file"],
      ["winding", "sub/file"],
    ]);
    expect(entries.filter((entry) => entry.kind === "skipped")).toEqual([
      {
        kind: "skipped",
        path: expect.stringMatching(/^(self|outside)$/),
        reason: { code: expect.stringMatching(/^link-/), values: {} },
      },
      {
        kind: "skipped",
        path: expect.stringMatching(/^(self|outside)$/),
        reason: { code: expect.stringMatching(/^link-/), values: {} },
      },
    ]);
  });

  test("that lead out are followed, and so is every link below", async () => {
    expect(await keys(linked(), { outsideLinks: "follow" })).toEqual(
      expect.arrayContaining(["outside/elsewhere", "outside/inner", "outside/out", "! self"]),
    );
    const entries = await collect(walk(linked(), { outsideLinks: "follow" }));
    expect(entries.find(({ path }) => path === "outside/inner")?.kind).toBe("file");
  });

  test("are all followed when that is asked for; a loop is named", async () => {
    const root = linked();
    const found = await keys(root, { outsideLinks: "leave", insideLinks: "follow" });
    expect(found).toEqual(
      expect.arrayContaining(["folder/file", "relative", "! dangling", "! loop", "! self"]),
    );
    expect(found.some((key) => key.includes("outside"))).toBe(false);
  });
});

test("a link is kept or refused by what it is, however long its target and the names in it are", async () => {
  const root = temporaryFolder();
  const name = fc.integer({ min: 1, max: 1200 }).map((length) => "x".repeat(length));
  const target = fc
    .array(name, { minLength: 1, maxLength: 8 })
    .map((names) => names.join("/"))
    .filter((text) => text.length < 4096);
  await fc.assert(
    fc.asyncProperty(target, async (text) => {
      symlinkSync(text, join(root, "link"));
      const [entry] = await collect(walk(root, { outsideLinks: "follow" }));
      rmSync(join(root, "link"));
      const seen = entry?.kind === "skipped" ? entry.reason.code : entry?.kind;
      expect(["link", "link-too-long", "link-to-nothing"]).toContain(seen);
      if ((text.split("/")[0] ?? "").length > 255) expect(seen).toBe("link-too-long");
    }),
  );
});

test("what is ignored is not mentioned, and an ignored folder is not looked into", async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, "build/deep"), { recursive: true });
  mkdirSync(join(root, "src"));
  for (const path of ["build/deep/x", "src/a.o", "src/a.c", "job-aws-run.sh", "A.O"])
    writeFileSync(join(root, path), "");
  execFileSync("mkfifo", [join(root, "pipe.o")]);
  const ignore = ignoreRules("\uFEFFbuild/\n*.o\n*.sh\n");
  expect(await keys(root, { ignore })).toEqual(["A.O", "job-aws-run.sh", "src/a.c"]);
});

test("names that differ only in how Unicode writes them are noted, and walked", async () => {
  const root = temporaryFolder();
  for (const one of ["caf\u00e9", "cafe\u0301"]) writeFileSync(join(root, one), "");
  const noted: string[] = [];
  expect(await keys(root, { onNote: (path) => noted.push(path) })).toHaveLength(2);
  expect(noted).toHaveLength(1);
});

test("a folder that is not there, or no folder, is named", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "file"), "");
  expect(await keys(join(root, "none"))).toEqual(["! ."]);
  expect(await keys(join(root, "file"))).toEqual(["! ."]);
});

describe("folders inside one another", () => {
  /** So many of them, with a file in the last and one beside the first. */
  function deep(levels: number): string {
    const root = temporaryFolder();
    const last = join(root, ...Array.from({ length: levels }, () => "d"));
    mkdirSync(last, { recursive: true });
    for (const path of [join(last, "bottom"), join(root, "top")]) writeFileSync(path, "x");
    return root;
  }

  test("are walked to the last, however many they are", async () => {
    const path = `${"d/".repeat(1500)}bottom`;
    expect(await keys(deep(1500))).toEqual([path, "top"]);
  }, 30_000);

  test("are named once and left where nothing below can be wanted, and the rest is walked", async () => {
    const tooDeep = (path: string) =>
      path.length > 99 ? reason("key-too-long", { max: "100" }) : undefined;
    expect(await keys(deep(1500), { tooDeep })).toEqual([`! ${"d/".repeat(50)}d`, "top"]);
  });

  test("may be left in the middle", async () => {
    for await (const entry of walk(deep(300), { outsideLinks: "refuse" })) {
      expect(entry.kind).toBe("file");
      break;
    }
  });
});
