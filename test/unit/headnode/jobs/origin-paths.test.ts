import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { withJobPaths, withJobPathsInText } from "../../../../headnode/jobs/origin-paths.ts";

const JOB = "/jobs/p/s";
const changed = (text: string, ...paths: (string | [string, string])[]) =>
  withJobPathsInText(
    text,
    paths.map((one) =>
      typeof one === "string" ? { path: one, at: "" } : { path: one[0], at: one[1] },
    ),
    JOB,
  );

describe("a path that stands as a whole is the job's folder", () => {
  test.each([
    ["/a/proj", "/jobs/p/s"],
    ["cd /a/proj", "cd /jobs/p/s"],
    ["cat /a/proj/in.csv", "cat /jobs/p/s/in.csv"],
    ["X='/a/proj'", "X='/jobs/p/s'"],
    ["PATH=/a/proj/bin:/a/proj/sbin:$PATH", "PATH=/jobs/p/s/bin:/jobs/p/s/sbin:$PATH"],
    ["cp /a/proj/x /a/proj/y", "cp /jobs/p/s/x /jobs/p/s/y"],
    ["# It is in /a/proj.", "# It is in /jobs/p/s."],
    ["(cd /a/proj; ls)\n/a/proj\n", "(cd /jobs/p/s; ls)\n/jobs/p/s\n"],
    ["--in=/a/proj,/a/proj", "--in=/jobs/p/s,/jobs/p/s"],
    ['printf "/a/proj\\n"', 'printf "/jobs/p/s\\n"'],
    ["scp head:/a/proj/x .", "scp head:/jobs/p/s/x ."],
  ])("%j", (text, wanted) => expect(changed(text, "/a/proj")).toBe(wanted));
});

describe("a path that is part of another one stays", () => {
  test.each([
    "/a/project",
    "/b/a/proj",
    "/a/proj2",
    "/a/proj-2",
    "/a/proj_old/x",
    "/a/proj.d",
    "/a/proj..",
    "/a/proj~",
    "/a/proj+x",
    "//a/proj",
    "file:///a/proj",
    "~/a/proj",
    "./a/proj",
    "../a/proj",
    "$HOME/a/proj",
    "${ROOT}/a/proj",
    "$(pwd)/a/proj",
    "/データ/a/proj",
    "/a/projデータ",
    "/a/proj\\ 2/x",
    "/a/pro",
    "/A/proj",
  ])("%j", (text) => expect(changed(text, "/a/proj")).toBe(text));
});

test("of two folders, one in the other, the longer path counts", () => {
  const text = "/a/proj/data/x /a/proj/datasets /a/proj/data";
  const wanted = "/jobs/p/s/.cloud-origins/1/x /jobs/p/s/datasets /jobs/p/s/.cloud-origins/1";
  expect(changed(text, "/a/proj", ["/a/proj/data", ".cloud-origins/1"])).toBe(wanted);
  expect(changed(text, ["/a/proj/data", ".cloud-origins/1"], "/a/proj")).toBe(wanted);
});

test("what was put in is not looked at again", () => {
  expect(changed("/jobs/x /a", "/jobs", "/a")).toBe("/jobs/p/s/x /jobs/p/s");
});

test("a path is found with backslashes, too", () => {
  const both = ["/a/my dir (1)", "in my place"] as [string, string];
  expect(changed("cd /a/my\\ dir\\ \\(1\\)/x; cd '/a/my dir (1)/x'", both)).toBe(
    "cd /jobs/p/s/in\\ my\\ place/x; cd '/jobs/p/s/in my place/x'",
  );
  expect(changed("cd /a/my\\ dir\\ \\(1\\)2", both)).toBe("cd /a/my\\ dir\\ \\(1\\)2");
});

test("bytes that are no UTF-8 stay as they are, around a path that is not ASCII", () => {
  const text = Buffer.concat([
    Buffer.from([0xff, 0x00, 0x0a]),
    Buffer.from('"/a/データ/x"'),
    Buffer.from([0xc3]),
  ]);
  const wanted = Buffer.concat([
    Buffer.from([0xff, 0x00, 0x0a]),
    Buffer.from('"/jobs/p/s/x"'),
    Buffer.from([0xc3]),
  ]);
  expect(withJobPaths(text, [{ path: "/a/データ", at: "" }], JOB)).toEqual(wanted);
});

const name = fc.stringMatching(/^[A-Za-z0-9_.+@%~-]{1,6}$/);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join("/")}`);
const between = fc.constantFrom(" ", "\n", '"', "'", ":", "=", ",", ";", "(", "");

test("any text: bytes without a path in them stay, and come back the same object", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), path, (bytes, one) => {
      const text = Buffer.from(bytes);
      fc.pre(!text.toString("latin1").includes(one));
      expect(withJobPaths(text, [{ path: one, at: "" }], JOB)).toBe(text);
    }),
  );
});

test("any text of paths: each that is one of the folders, or below it, is in the job's folder, and no other", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(path, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(3), fc.constantFrom("", "/x", "2", ".d", "/x/y", "é"), between), {
        maxLength: 8,
      }),
      fc.boolean(),
      (folders, parts, isPrefixed) => {
        const origins = folders.map((one, at) => ({ path: one, at: `at${at}` }));
        const longestFirst = origins.toSorted((a, b) => b.path.length - a.path.length);
        const mapped = (one: string) => {
          const origin = longestFirst.find((o) => one === o.path || one.startsWith(`${o.path}/`));
          return origin ? `${JOB}/${origin.at}${one.slice(origin.path.length)}` : one;
        };
        const before = isPrefixed ? "/mnt" : "";
        const texts = parts.map(([at, end, mark]) => ({
          one: `${before}${folders[at % folders.length]}${end}`,
          mark: ` ${mark}\t`,
        }));
        const text = texts.map(({ one, mark }) => one + mark).join("");
        // A folder may itself be called /mnt/…: then all of it is looked up.
        const wanted = texts.map(({ one, mark }) => mapped(one) + mark).join("");
        const got = withJobPathsInText(text, origins, JOB);
        // A dot at an end is one of a sentence, and of a name.
        fc.pre(!folders.some((one) => folders.some((other) => other.startsWith(`${one}.`))));
        expect(got).toBe(wanted);
      },
    ),
  );
});

test("takes no longer for text and paths that are alike all over", () => {
  const long = "/a /a /a ".repeat(450).slice(0, 4000);
  const origins = Array.from({ length: 16 }, (_one, at) => ({ path: `${long}/x${at}`, at: "" }));
  const text = Buffer.from("/a ".repeat(200_000));
  expect(withJobPaths(text, origins, JOB)).toBe(text);
});
