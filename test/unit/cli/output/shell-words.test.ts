import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { submitJob } from "../../../../cli/jobs/submit-job.ts";
import { asArgument, shellWords } from "../../../../cli/output/shell-words.ts";
import { printable } from "../../../../cli/ui/printable.ts";
import type { WayOn } from "../../../../cli/ui/way-on.ts";
import { fetchFiles } from "../../../../cli/verbs/fetch/fetch.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { testContext, testInterrupt } from "../../../support/test-ui.ts";

/** The words that a real shell makes of a line, after `cloud-submit`. */
function readBy(shell: string, line: string): string[] {
  const script = `cloud_submit() { for word; do printf '%s\\0' "$word"; done; }\n${line.replace(/cloud-submit/, "cloud_submit")}`;
  return execFileSync(shell, ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

/** Names as a file system has them. */
const hostile = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({
      unit: fc.constantFrom("'", '"', "$", "`", "\\", " ", "\n", "a", "0", "*", "~", "!"),
    }),
    fc.constantFrom(
      "$(touch x)",
      "a b",
      "a'b",
      "a\nb",
      "a\n",
      "\n",
      "'",
      "\\",
      "-n",
      "\u202e",
      "\u009b31m",
      "",
    ),
  )
  .map((text) => Buffer.from(text.replaceAll("\0", "")).toString());

describe.each(["sh", "bash"])("%s reads a hint as the words that it was made of", (shell) => {
  test("whatever they hold; and a terminal shows it as it is", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (words) => {
        const line = shellWords(["cloud-submit", ...words]);
        expect(readBy(shell, line)).toEqual(words);
        expect(printable(line)).toBe(line);
      }),
      { numRuns: 60 },
    );
  });
});

test("plain words stay plain", () => {
  expect(shellWords(["cloud-submit", "fetch", "job0001", "--to", "./a-b/c_d"])).toBe(
    "cloud-submit fetch job0001 --to ./a-b/c_d",
  );
  expect(shellWords(["$(x)"])).toBe("'$(x)'");
});

describe("each hint with something of the user's in it", () => {
  const NAMES = ["$(touch x)", "a b", "it's", "two\nlines", "-rf", "`id`", "tr\u00e9s"];
  /** Keeps the interruption hints. */
  function interrupted() {
    const hints: (WayOn | undefined)[] = [];
    return { ...testContext({ interrupt: testInterrupt(hints) }), hints };
  }
  test.each(NAMES)("submit %j", async (name) => {
    const at = process.cwd();
    process.chdir(temporaryFolder());
    try {
      mkdirSync(asArgument(name));
      writeFileSync(join(name, "job-aws-run.sh"), "#!/bin/sh\n");
      const { context, hints } = interrupted();
      const options = { prefix: "j", sbatchOptions: ["--job-name=$(x) 'y'"] };
      await submitJob(context, name, options);
      const words = readBy("sh", hints[0]?.command ?? "");
      expect(words).toEqual([
        "submit",
        asArgument(name),
        "--prefix",
        "j",
        "--",
        ...options.sbatchOptions,
      ]);
      rmSync(asArgument(name), { recursive: true });
    } finally {
      process.chdir(at);
    }
  });

  test.each(NAMES)("fetch into %j", async (name) => {
    const { context, hints, store } = interrupted();
    await store.put("j/job-aws-stat.txt", "JOB_COMPLETE\n");
    const to = join(temporaryFolder(), name);
    await fetchFiles(context, "j", { to });
    const words = readBy("sh", hints[0]?.command ?? "");
    expect(words).toEqual(["fetch", "j", "--to", to]);
  });
});

test.each([
  ["C:\\Users\\taro\\work", "C:\\Users\\taro\\work"],
  ["C:\\my jobs\\a", '"C:\\my jobs\\a"'],
  ["C:\\my jobs\\", '"C:\\my jobs\\\\"'],
  ["\\\\server\\share\\a,b", '"\\\\server\\share\\a,b"'],
  ["a'b", '"a\'b"'],
  ["a & b (1)", '"a & b (1)"'],
  ["データ", '"データ"'],
  ["$(calc) `it's", "'$(calc) `it''s'"],
  ["", '""'],
])("on Windows %s stands in a hint as %s", (word, shown) => {
  expect(shellWords(["cloud-submit", word], "win32")).toBe(`cloud-submit ${shown}`);
});
