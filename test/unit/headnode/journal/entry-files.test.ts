import { readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { JobEntry, Phase } from "../../../../headnode/journal/job-entry.ts";
import { countFiles } from "../../../support/counted-files.ts";
import { jobEntry } from "../../../support/job-entry.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const files = countFiles();
const { EntryFiles } = await import("../../../../headnode/journal/entry-files.ts");
const { decodeEntry, fileName } = await import("../../../../headnode/journal/entry-file.ts");
const { SpareFiles } = await import("../../../../headnode/journal/spare-files.ts");

afterEach(() => {
  files.onCall = () => undefined;
});

const quiet = () => undefined;
const entry = (phase: Phase, message = ""): JobEntry =>
  jobEntry({ phase, error: { code: "lost", message } });
const NAME = fileName(entry("accepted"));
const LIFE: readonly Phase[] = ["accepted", "submitting", "submitted", "running", "ended", "done"];

/** The calls of a name, whether at once or through threads. */
const callsOf = (costs: Record<string, number>, name: string) =>
  (costs[name] ?? 0) + (costs[`${name}Sync`] ?? 0);

function world() {
  const folder = temporaryFolder();
  const path = join(folder, NAME);
  const read = () => decodeEntry(readFileSync(path, "utf8"));
  return { folder, path, read };
}

describe("the file of an entry", () => {
  test("is made once, added to, and made anew for the end, which it then holds alone", async () => {
    const { folder, path, read } = world();
    const kept = new EntryFiles(folder, undefined);
    const costs = await files.during(async () => {
      for (const phase of LIFE) await kept.keep(NAME, entry(phase));
    });
    expect(callsOf(costs, "rename")).toBe(2);
    expect(costs["fdatasync"]).toBe(LIFE.length - 2);
    expect(read()?.phase).toBe("done");
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(3);
  });

  test("says the last state at any time, also to an agent that begins anew and adds nothing to it", async () => {
    const phase = fc.constantFrom(...LIFE);
    const change = fc.record({ phase, size: fc.nat(30_000), isNew: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        const { folder, read } = world();
        let kept = new EntryFiles(folder, undefined);
        for (const { phase: next, size, isNew } of changes) {
          if (isNew) kept = new EntryFiles(folder, undefined);
          const wanted = entry(next, "x".repeat(size));
          await kept.keep(NAME, wanted);
          expect(read()).toEqual(wanted);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("grows to 64 KiB and no further", async () => {
    const { folder, path } = world();
    const kept = new EntryFiles(folder, undefined);
    let largest = 0;
    for (let state = 0; state < 40; state++) {
      await kept.keep(NAME, entry("running", "x".repeat(5000)));
      largest = Math.max(largest, statSync(path).size);
    }
    expect(largest).toBeLessThanOrEqual(64 << 10);
    expect(largest).toBeGreaterThan(32 << 10);
  });

  test("holds the state before when the machine stops while one is added, and the next one after that", async () => {
    const { folder, path, read } = world();
    const before = new EntryFiles(folder, undefined);
    await before.keep(NAME, entry("accepted"));
    const { size } = statSync(path);
    await before.keep(NAME, entry("submitting"));
    truncateSync(path, size + 40);
    expect(read()?.phase).toBe("accepted");
    await new EntryFiles(folder, undefined).keep(NAME, entry("submitted"));
    expect(read()?.phase).toBe("submitted");
  });

  test.each(["ENOSPC", "EIO", "EMFILE"])(
    "is made anew when it cannot be added to for %s, and says what was written before",
    async (code) => {
      const { folder, read } = world();
      const kept = new EntryFiles(folder, undefined);
      await kept.keep(NAME, entry("accepted"));
      files.onCall = (name) => {
        if (name === "fdatasync") throw Object.assign(new Error(code), { code });
      };
      await kept.keep(NAME, entry("submitting"));
      expect(read()?.phase).toBe("submitting");
      files.onCall = () => undefined;
      await kept.keep(NAME, entry("submitted"));
      expect(read()?.phase).toBe("submitted");
    },
  );

  test("is made anew when it is gone", async () => {
    const { folder, path, read } = world();
    const kept = new EntryFiles(folder, undefined);
    await kept.keep(NAME, entry("accepted"));
    rmSync(path);
    await kept.keep(NAME, entry("submitting"));
    expect(read()?.phase).toBe("submitting");
  });

  test("holds the last state on a full disk, whatever the spare file held before", async () => {
    const full = (name: string, args: unknown[]) => {
      const isNew = name === "openSync" && args[1] === "wx";
      if (isNew || name === "fdatasync") throw Object.assign(new Error("full"), { code: "ENOSPC" });
    };
    const size = fc.integer({ min: 0, max: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(size, { minLength: 2, maxLength: 15 }), async (sizes) => {
        files.onCall = () => undefined;
        const { folder, read } = world();
        const reserve = { files: 2, bytes: 16 << 10 };
        const spares = await SpareFiles.open(join(folder, "spare"), reserve, quiet);
        const kept = new EntryFiles(folder, spares);
        // States of few lengths: that of a new text is often where an old one begins.
        for (const [at, length] of sizes.entries()) {
          files.onCall = at % 5 < 3 ? () => undefined : full;
          const wanted = entry("running", `${at % 10}${"x".repeat(length * 40)}`);
          await kept.keep(NAME, wanted);
          files.onCall = () => undefined;
          expect(read()).toEqual(wanted);
        }
      }),
      { numRuns: 60 },
    );
  });
});
