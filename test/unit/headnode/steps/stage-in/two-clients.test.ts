import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { submitJob } from "../../../../../cli/jobs/submit-job.ts";
import { manifestIn, snapshot, stage } from "../../../../support/staging.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { testContext } from "../../../../support/test-ui.ts";

const PREFIX = "shared";

/** Few names and contents, so that two clients often have the same. */
const entry = fc.record({
  name: fc.constantFrom("a", "b", "c/d", "c/e", "f"),
  kind: fc.constantFrom("file", "file", "file", "link", "folder"),
  text: fc.constantFrom("", "1", "22", "333"),
  mode: fc.constantFrom(0o644, 0o755),
});
const sender = fc.record({
  entries: fc.array(entry, { maxLength: 6 }),
  script: fc.constantFrom("#!/bin/sh\n", "#!/bin/sh\necho 1\n", "#!/bin/bash\n"),
  delete: fc.boolean(),
});
type Sender = typeof sender extends fc.Arbitrary<infer T> ? T : never;

function folderOf({ entries, script }: Sender): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "job-aws-run.sh"), script);
  for (const { name, kind, text, mode } of entries) {
    const path = join(folder, name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true });
    if (kind === "folder") mkdirSync(path);
    else if (kind === "link")
      symlinkSync("job-aws-run.sh".replace(/^/, name.includes("/") ? "../" : ""), path);
    else {
      writeFileSync(path, text);
      chmodSync(path, mode);
    }
  }
  return folder;
}

test("however two clients come between one another, a job has one client's files, or none", async () => {
  const ends = { whole: 0, changed: 0, taken: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(sender, sender),
      fc.boolean(),
      fc.dictionary(fc.constantFrom("a", "b", "g", "c/"), fc.constantFrom("1", "old")),
      fc.infiniteStream(fc.nat(6)),
      async (senders, keepsVersions, before, waits) => {
        const { context, store } = testContext();
        store.keepsVersions = keepsVersions;
        for (const [name, text] of Object.entries(before))
          await store.put(`${PREFIX}/${name}`, text);
        // Each request waits for some of the others.
        store.before = async () => {
          for (let left = waits.next().value ?? 0; left > 0; left--) await turn();
        };
        const folders = senders.map(folderOf);
        const outcomes = await Promise.all(
          folders.map(async (folder, index) => {
            const options = { prefix: PREFIX, delete: senders[index]?.delete ?? false };
            try {
              await submitJob(context, folder, options);
            } catch (error) {
              expect(error).toMatchObject({ code: "active-job" });
              return "taken" as const;
            }
            // The agent comes while the other client may still be at work.
            const staged = await stage(store, PREFIX, manifestIn(store, PREFIX)).catch(
              (error: unknown) => ({ result: { error: error as { code: string } }, folder: "" }),
            );
            const code = staged.result?.error?.code;
            if (code !== undefined) {
              expect(code).toBe("inputs-changed");
              return "changed" as const;
            }
            expect(snapshot(staged.folder)).toEqual(snapshot(folder));
            return "whole" as const;
          }),
        );
        expect(outcomes.filter((outcome) => outcome === "taken")).toHaveLength(1);
        for (const outcome of outcomes) ends[outcome] += 1;
      },
    ),
    { numRuns: 150 },
  );
  // Each of these did happen, so that the test tells something.
  expect(Math.min(ends.whole, ends.changed, ends.taken)).toBeGreaterThan(0);
});
