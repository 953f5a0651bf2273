import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { submitJob } from "../../../../cli/jobs/submit-job.ts";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { buildProgram } from "../../../../cli/program.ts";
import { wayOnLine } from "../../../../cli/ui/way-on.ts";
import { runVerb } from "../../../../cli/verbs/run/description.ts";
import { submitVerb } from "../../../../cli/verbs/submit/description.ts";
import { parseManifest } from "../../../../protocol/manifest.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext } from "../../../support/test-ui.ts";

interface Flags {
  results?: string[];
  noResults?: string[];
}

/** The rules in the manifest of a folder that is submitted with these flags, and this file in it. */
async function rulesOf(flags: Flags, file?: string | Buffer) {
  const { context, store } = testContext();
  const folder = scriptFolder();
  if (file !== undefined) writeFileSync(join(folder, ".cloudsubmitresults"), file);
  await submitJob(context, folder, { prefix: "a", ...flags });
  return parseManifest(store.text("a/job-aws-manifest.json")!)?.results;
}

describe("a submission's rules for results", () => {
  test.each<[Flags, string | undefined, object | undefined]>([
    [{}, undefined, undefined],
    [{}, "# nothing yet\n\n", undefined],
    [{}, "\ufeff# chosen\r\n/out/**\r\n!*.tmp\r\n", { only: ["/out/**", "!*.tmp"] }],
    [{ results: ["a", "b c"] }, undefined, { only: ["a", "b c"] }],
    [{ results: ["a"] }, "b\n", { only: ["a"] }],
    [{ noResults: ["c"] }, "b\n", { only: ["b"], not: ["c"] }],
    [{ noResults: ["c"] }, undefined, { not: ["c"] }],
  ])("%j beside a file %j: %j", async (flags, file, expected) => {
    expect(await rulesOf(flags, file)).toEqual(expected);
  });

  test("may be given with a script alone", async () => {
    const { context, store } = testContext();
    const script = join(temporaryFolder(), "wave.sh");
    writeFileSync(script, "#!/bin/bash\n");
    await submitJob(context, script, { prefix: "a", results: ["*.csv"] });
    const manifest = parseManifest(store.text("a/job-aws-manifest.json")!);
    expect(manifest?.results).toEqual({ only: ["*.csv"] });
  });

  test.each<[string, Flags, string | Buffer | undefined, string]>([
    ["a flag's", { results: ["a", "[b"] }, undefined, "--results: line 2"],
    ["an empty one", { noResults: [""] }, undefined, "--no-results: give a pattern"],
    ["one with too many stars", { noResults: ["*a*b*c*"] }, undefined, "--no-results: line 1"],
    ["one that is too long", { results: ["x".repeat(1025)] }, undefined, "1024"],
    ["the file's", {}, "a\n\nx[z-a]\n", ".cloudsubmitresults: line 3"],
    ["a file in another encoding", {}, Buffer.from("\ufeffout\n", "utf16le").swap16(), "UTF-"],
  ])("%s that cannot be used is refused before anything is sent", async (_, flags, file, words) => {
    const { context, store } = testContext();
    const folder = scriptFolder();
    if (file !== undefined) writeFileSync(join(folder, ".cloudsubmitresults"), file);
    await expect(submitJob(context, folder, { prefix: "a", ...flags })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(words),
    });
    expect(store.writes).toEqual([]);
  });

  test("stand in the command that goes on", async () => {
    const { context, store } = testContext();
    store.before = (operation) => {
      if (operation === "put") throw new Error("broken");
    };
    const flags = { results: ["/out/**"], noResults: ["*.tmp", "-x"] };
    await expect(submitJob(context, scriptFolder(), { prefix: "a", ...flags })).rejects.toThrow();
    const { wayOn } = context.interrupt;
    expect(wayOn && wayOnLine(sayEnglish, wayOn)).toContain(
      "--results '/out/**' --no-results '*.tmp' --no-results=-x",
    );
  });
});

test.each([submitVerb, runVerb])("as words: each takes one, and no path after it", async (verb) => {
  let seen: unknown;
  const program = buildProgram({
    verbs: [verb],
    globalFlags: {},
    say: sayEnglish,
    version: "1",
    json: true,
    onCall: async (_verb, args, flags) => void (seen = { ...args, ...flags }),
  });
  const words = [verb.name, "--results", "a", "--no-results", "b", "./work", "--results=c"];
  await program.parseAsync(words, { from: "user" });
  const path = verb.name === "submit" ? ["./work"] : "./work";
  expect(seen).toMatchObject({ path, results: ["a", "c"], noResults: ["b"] });
});
