import { describe, expect, test } from "@jest/globals";
import { REASONS, reason, reasonText, writtenReason } from "../../../protocol/reason.ts";
import { projectFiles, projectText } from "../../support/project-files.ts";

test("a reason is written as code, values and plain English", () => {
  const why = reason("name-same-on-disk", { other: 'a"b' });
  expect(writtenReason(why)).toEqual({
    code: "name-same-on-disk",
    values: { other: 'a"b' },
    reason: 'this disk takes it for the same name as "a\\"b"',
  });
  expect(reason("link-out").values).toEqual({});
  expect(reasonText(reason("system-error", { error: "EIO: i/o error" }))).toBe("EIO: i/o error");
});

describe("the set of codes", () => {
  const product = projectFiles().filter((path) =>
    /^(bucket|transfer|headnode|cli)\/.*\.ts$/.test(path),
  );
  const sources = product.map(projectText).join("\n");

  test('has none that nothing in bucket/, transfer/ or headnode/ makes with reason("<code>")', () => {
    // They are made of what the system said, in file-error.ts.
    const known = new Set<string>(["system-error", "file-removed"]);
    const made = new Set([...sources.matchAll(/reason\("([\w-]+)"/g)].map(([, code]) => code));
    const codes = Object.keys(REASONS).filter((code) => !known.has(code));
    expect(codes.filter((code) => !made.has(code))).toEqual([]);
  });

  test("is the one place of its words", () => {
    const texts = Object.values(REASONS).filter((text) => /^[^{}]{12,}$/.test(text));
    expect(texts.filter((text) => sources.includes(text))).toEqual([]);
  });

  test("is described in docs/protocol.md, each code with the names of its values", () => {
    const rows = new Map(
      [...projectText("docs/protocol.md").matchAll(/^\| `([\w-]+)` \| ([^|]*)\|/gm)].map(
        ([, code = "", names = ""]) => [code, [...names.matchAll(/`(\w+)`/g)].map(([, n]) => n)],
      ),
    );
    for (const [code, text] of Object.entries(REASONS))
      expect([code, rows.get(code)]).toEqual([
        code,
        [...text.matchAll(/\{"?(\w+)"?\}/g)].map(([, name]) => name),
      ]);
  });
});
