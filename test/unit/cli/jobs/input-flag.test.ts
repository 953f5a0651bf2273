import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseInputFlag, parseInputFlags } from "../../../../cli/jobs/input-flag.ts";
import { PROTOCOL_FILES, SCRIPT_FILE } from "../../../../protocol/objects.ts";
import { isPrefix } from "../../../../protocol/prefix.ts";

const prefix = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/)
  .filter((one) => !PROTOCOL_FILES.has(one) && one !== SCRIPT_FILE);
const segment = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((one) => !/[/=\0]/.test(one) && !/^\.{1,2}$/.test(one) && !/\p{Surrogate}/u.test(one))
  .filter((one) => !PROTOCOL_FILES.has(one) && one !== SCRIPT_FILE);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((all) => all.join("/"));

describe("--input", () => {
  test("takes a part of a data set or of a job's results, to a place of its own or the last name", () => {
    const parts = fc.record({
      prefix,
      kind: fc.constantFrom("data" as const, "job" as const),
      path,
      where: fc.option(path, { nil: undefined }),
      slash: fc.constantFrom("", "/"),
    });
    fc.assert(
      fc.property(parts, ({ prefix: of, kind, path: at, where, slash }) => {
        const place = where === undefined ? "" : `=${where}${slash}`;
        const text = `${of}${kind === "job" ? ":" : "/"}${at}${slash}${place}`;
        const last = at.slice(at.lastIndexOf("/") + 1);
        expect(parseInputFlag(text)).toEqual({
          text,
          kind,
          prefix: of,
          path: at,
          where: where ?? last,
        });
      }),
    );
  });

  test("takes a whole data set", () => {
    fc.assert(
      fc.property(prefix, fc.option(path, { nil: undefined }), (name, where) => {
        const text = where === undefined ? name : `${name}=${where}`;
        expect(parseInputFlag(text)).toEqual({
          text,
          kind: "data",
          prefix: name,
          path: "",
          where: where ?? name,
        });
      }),
    );
  });

  test("of any text is refused in one line, or is below a prefix and in the folder", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom("a", "/", ":", "=", ".", "..", "\0", "job-aws-run.sh") }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { prefix: of, path: at, where } = parseInputFlag(text);
          expect(isPrefix(of)).toBe(true);
          for (const one of [where, ...(at === "" ? [] : [at])])
            for (const each of one.split("/")) expect(["", ".", ".."]).not.toContain(each);
          expect(where).not.toBe(SCRIPT_FILE);
        } catch (error) {
          expect(error).toMatchObject({ code: "usage" });
          expect((error as Error).message).not.toContain("\n");
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["", /give NAME/],
    ["/etc/passwd", /give NAME/],
    ["../other", /give NAME/],
    [".cloud-submit/pending", /give NAME/],
    ["job1:", /give NAME/],
    ["a=/tmp/x", /an empty path segment/],
    ["a=", /an empty path segment/],
    ["a=..", /a path segment \.\./],
    ["a=b/../../c", /a path segment \.\./],
    ["a/../b", /a path segment \.\./],
    ["a=job-aws-run.sh", /kept for the job itself/],
    ["a/job-aws-run.sh", /kept for the job itself/],
    ["a=job-aws-manifest.json", /kept for the job itself/],
    ["a/n=", /an empty path segment/],
  ])("%j is refused", (text, message) => {
    expect(() => parseInputFlag(text)).toThrow(message);
  });

  test("./ and doubled slashes are nothing", () => {
    expect(parseInputFlag("job1:./out//x/=./in/./y")).toMatchObject({
      path: "out/x",
      where: "in/y",
    });
  });

  test("the last = divides", () => {
    expect(parseInputFlag("a/year=2026/m=1=in")).toMatchObject({
      path: "year=2026/m=1",
      where: "in",
    });
  });

  test.each([
    [["a", "a"]],
    [["a/x/data", "b/data"]],
    [["a=in", "b/c=in/deep/er"]],
    [["b:c=in/deep", "a=in"]],
  ])("%j are at one place, or one in another, and refused", (texts) => {
    expect(() => parseInputFlags(texts)).toThrow(/is the place of/);
  });

  test("several parts may be in one folder", () => {
    expect(parseInputFlags(["a/x=in/x", "a/y=in/y", "b=in/xy", "j:o=in-2"])).toHaveLength(4);
  });
});
