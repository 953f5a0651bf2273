import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  AFTER_MAX,
  AFTER_METADATA,
  AFTER_METADATA_MAX_BYTES,
  CONDITIONS,
  type Dependency,
  formatAfter,
  isMet,
  parseAfter,
} from "../../../protocol/after.ts";
import { OUTCOMES } from "../../../protocol/outcome.ts";
import { PREFIX_PATTERN } from "../../../protocol/prefix.ts";
import { SUBMISSION_PATTERN } from "../../../protocol/submission.ts";

const parse = (text: string) => parseAfter({ [AFTER_METADATA]: text });

const dependency: fc.Arbitrary<Dependency> = fc.record(
  {
    prefix: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
    condition: fc.constantFrom(...CONDITIONS),
    submission: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,10}$/),
  },
  { requiredKeys: ["prefix", "condition"] },
);

describe("the metadata of jobs to begin after", () => {
  test("what is written is read", () => {
    fc.assert(
      fc.property(fc.uniqueArray(dependency, { maxLength: 20, selector: keyOf }), (all) => {
        expect(parseAfter(metadataOf(all))).toEqual(all);
      }),
    );
  });

  test("without a condition a job is to complete", () => {
    expect(parse("a,b:any@s1,c@s2")).toEqual([
      { prefix: "a", condition: "ok" },
      { prefix: "b", condition: "any", submission: "s1" },
      { prefix: "c", condition: "ok", submission: "s2" },
    ]);
    expect(parse("a,a:ok,a")).toHaveLength(2);
    expect(parseAfter({})).toEqual([]);
  });

  test.each([
    "",
    ",",
    "a,",
    "a, b",
    "a:",
    "a:never",
    "a@",
    "a@s:ok",
    "a:ok:any",
    "../a",
    "a/b",
    "a@../s",
    ".cloud-submit",
    "a\nb",
    "a@s@t",
    Array.from({ length: AFTER_MAX + 1 }, (_, at) => `a${at}`).join(","),
    "a,".repeat(AFTER_METADATA_MAX_BYTES),
  ])("refused whole: %j", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "bad-option" }));
  });

  test("whatever the text is, it is refused or names jobs that may be", () => {
    const part = fc.constantFrom("a", "b1", ":", "@", ",", "ok", "any", "failed", "..", "/", " ");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join("")),
        ),
        (text) => {
          let named: Dependency[];
          try {
            named = parse(text);
          } catch (error) {
            expect(error).toMatchObject({ code: "bad-option" });
            return;
          }
          expect(named.length).toBeLessThanOrEqual(AFTER_MAX);
          for (const { prefix, submission } of named) {
            expect(prefix).toMatch(PREFIX_PATTERN);
            if (submission !== undefined) expect(submission).toMatch(SUBMISSION_PATTERN);
          }
        },
      ),
    );
  });

  test("each end is that of a completed job, or that of one that is not", () => {
    for (const outcome of [undefined, ...OUTCOMES]) {
      expect(isMet("any", outcome)).toBe(true);
      expect(isMet("ok", outcome)).toBe(outcome === "completed");
      expect(isMet("failed", outcome)).toBe(outcome !== "completed");
    }
  });
});

function keyOf({ prefix, condition, submission }: Dependency): string {
  return `${prefix} ${condition} ${submission}`;
}

function metadataOf(all: readonly Dependency[]): Record<string, string> {
  const text = formatAfter(all);
  return text === undefined ? {} : { [AFTER_METADATA]: text };
}
