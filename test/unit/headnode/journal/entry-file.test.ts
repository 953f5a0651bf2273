import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decodeEntry, encodeEntry } from "../../../../headnode/journal/entry-file.ts";
import type { JobEntry } from "../../../../headnode/journal/job-entry.ts";

const entry = (): JobEntry => ({
  version: 1,
  prefix: "job1",
  submission: "s1",
  phase: "accepted",
  state: "FILE_UPLOAD",
  statusEtag: "e",
  times: {},
  outbox: [],
});

describe("decodeEntry", () => {
  test("reads back what encodeEntry wrote", () => {
    expect(decodeEntry(encodeEntry(entry()))).toEqual(entry());
  });

  test("reads nothing from a truncated or changed text", () => {
    const text = encodeEntry(entry());
    for (let length = 0; length < text.length; length++)
      expect(decodeEntry(text.slice(0, length))).toBeUndefined();
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        (at, other) => {
          fc.pre(text[at] !== other);
          expect(decodeEntry(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
        },
      ),
    );
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void decodeEntry(text)));
  });

  test.each(["hello", "", "null", '{"version":2}', JSON.stringify({ ...entry(), phase: "x" })])(
    "reads nothing from what is no entry, although its checksum is right: %j",
    (body) => {
      const checksum = createHash("sha256").update(body).digest("hex");
      expect(decodeEntry(`${checksum}\n${body}\n`)).toBeUndefined();
    },
  );
});
