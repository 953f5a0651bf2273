import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decodeEntry, END_OF_ENTRY, encodeEntry } from "../../../../headnode/journal/entry-file.ts";
import type { JobEntry, Phase } from "../../../../headnode/journal/job-entry.ts";
import { jobEntry } from "../../../support/job-entry.ts";

const entry = (): JobEntry => jobEntry();

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

  const states = (...phases: Phase[]) => phases.map((phase) => encodeEntry({ ...entry(), phase }));

  test("reads the last state of several", () => {
    const all = states("accepted", "submitting", "submitted", "running");
    expect(decodeEntry(all.join(""))?.phase).toBe("running");
  });

  test("after a crash, reads the last state that was whole, wherever the text ends or turns into anything else", () => {
    const all = states("accepted", "submitting", "submitted");
    const text = all.join("");
    const whole = (length: number) =>
      [3, 2, 1].find((count) => all.slice(0, count).join("").length <= length) ?? 0;
    const phases = [undefined, "accepted", "submitting", "submitted"];
    fc.assert(
      fc.property(fc.nat(text.length), fc.string(), (length, rest) => {
        const torn = text.slice(0, length);
        fc.pre(!text.slice(length).startsWith(rest.slice(0, 1)) || rest === "");
        expect(decodeEntry(torn + rest)?.phase).toBe(phases[whole(length)]);
      }),
    );
  });

  test("reads nothing behind the end that a file says", () => {
    const [first = "", second = ""] = states("accepted", "running");
    expect(decodeEntry(`${first}${END_OF_ENTRY}${second}`)?.phase).toBe("accepted");
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
