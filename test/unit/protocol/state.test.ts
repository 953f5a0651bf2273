import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  FINAL_STATES,
  formatStatus,
  isTransition,
  parseStatus,
  STATES,
} from "../../../protocol/state.ts";

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

describe("parseStatus", () => {
  test.each([
    ["plain", Buffer.from("FILE_UPLOAD")],
    ["with a newline", Buffer.from("FILE_UPLOAD\n")],
    ["with CRLF", Buffer.from("FILE_UPLOAD\r\n")],
    ["with CR", Buffer.from("FILE_UPLOAD\r")],
    ["with white space", Buffer.from("  FILE_UPLOAD\t \n")],
    ["with a byte order mark", Buffer.from("\ufeffFILE_UPLOAD\r\n")],
    ["in UTF-16, as Windows PowerShell writes it", utf16("FILE_UPLOAD\r\n")],
    ["in big-endian UTF-16", utf16("FILE_UPLOAD\r\n").swap16()],
    ["with further lines", Buffer.from("FILE_UPLOAD\nJOB_SUBMIT\n")],
  ])("reads FILE_UPLOAD %s", (_name, bytes) => {
    expect(parseStatus(bytes)).toBe("FILE_UPLOAD");
  });

  test.each([
    "",
    "\n",
    "file_upload",
    "FILE_UPLOAD x",
    "FILE_UPLOADED",
    "\nFILE_UPLOAD",
    "\0FILE_UPLOAD",
  ])("finds no state in %j", (text) => {
    expect(parseStatus(Buffer.from(text))).toBeUndefined();
  });

  test("reads back what formatStatus writes", () => {
    for (const state of STATES) expect(parseStatus(Buffer.from(formatStatus(state)))).toBe(state);
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => void parseStatus(bytes)));
  });
});

describe("isTransition", () => {
  test("a job ends only in JOB_COMPLETE or JOB_ERROR, and from there only a user goes on; one that was given up may have run", () => {
    for (const final of FINAL_STATES)
      for (const next of STATES) {
        const hasRun = final === "JOB_ERROR" && next === "JOB_COMPLETE";
        const asks = next === "FILE_UPLOAD" || next === "JOB_CANCEL";
        expect(isTransition(final, next)).toBe(asks || hasRun);
      }
  });

  test("no state follows itself", () => {
    for (const state of STATES) expect(isTransition(state, state)).toBe(false);
  });

  test("a new prefix begins with a request or a refusal", () => {
    expect(STATES.filter((state) => isTransition(undefined, state))).toEqual([
      "FILE_UPLOAD",
      "JOB_ERROR",
      "JOB_CANCEL",
    ]);
  });
});
