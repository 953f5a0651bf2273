import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  CANCEL_TASKS_MAX_BYTES,
  cancelMetadata,
  cancelPartOf,
  isWholeCancel,
  SIGNALS,
} from "../../../protocol/cancel.ts";
import { CANCELS_METADATA } from "../../../protocol/submission.ts";
import { parseTaskIds } from "../../../protocol/task-ids.ts";

const own = (metadata: Record<string, string>) =>
  cancelPartOf({ [CANCELS_METADATA]: "s1", ...metadata });

describe("a JOB_CANCEL", () => {
  test("without tasks and signal is for the whole job", () => {
    expect([cancelPartOf({}), own({}), isWholeCancel({ cancels: "s1" })]).toEqual([
      undefined,
      undefined,
      true,
    ]);
  });

  test.each([
    [{ tasks: "7,1-3,2" }, { tasks: "1-3,7" }],
    [{ signal: "sigusr1" }, { signal: "USR1" }],
    [{ signal: "09" }, { signal: "9" }],
    [
      { tasks: "0", signal: "TERM" },
      { tasks: "0", signal: "TERM" },
    ],
    [
      { signal: "USR1", "signal-to": "batch" },
      { signal: "USR1", reach: "batch" },
    ],
    [
      { tasks: "3", signal: "USR1", "signal-to": "full" },
      { tasks: "3", signal: "USR1", reach: "full" },
    ],
  ])("with %j is for that part", (metadata, part) => {
    expect(own(metadata)).toEqual({ submission: "s1", ...part });
    expect(isWholeCancel(metadata)).toBe(false);
  });

  test.each([
    { tasks: "" },
    { tasks: "1-4%2" },
    { tasks: "4-1" },
    { tasks: "1 2" },
    { tasks: "0-4000000" },
    { tasks: "1_2" },
    { tasks: "1,".repeat(600) },
    { signal: "" },
    { signal: "0" },
    { signal: "32" },
    { signal: "TERM; rm -rf /" },
    { signal: "RTMIN" },
    { tasks: "1", signal: "NONE" },
    { "signal-to": "full" },
    { tasks: "1", "signal-to": "full" },
    { signal: "USR1", "signal-to": "steps" },
  ])("with %j is for nothing that can be told, and not for the whole job", (metadata) => {
    expect(own(metadata)).toBe("unreadable");
    expect(isWholeCancel(metadata)).toBe(false);
  });

  test("for a part names its submission", () => {
    expect(cancelPartOf({ tasks: "1" })).toBe("unreadable");
    expect(cancelPartOf({ tasks: "1", [CANCELS_METADATA]: "../x" })).toBe("unreadable");
  });

  test("whatever is in the metadata, what is handed on is digits, commas, hyphens and known names", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[\d,:%_[\]-]{0,20}$/),
      fc.constantFrom("--help", "-1", "$(id)", "1 2", "12_3", "*", "SIGKILL", "9;9"),
    );
    fc.assert(
      fc.property(text, text, (tasks, signal) => {
        for (const metadata of [{ tasks }, { signal }, { tasks, signal }]) {
          const part = own(metadata);
          if (part === "unreadable") continue;
          expect(part?.tasks ?? "1").toMatch(/^\d+(-\d+)?(,\d+(-\d+)?)*$/);
          expect(part?.signal ?? "1").toMatch(/^([A-Z]{3,4}[12]?|[1-9]\d?)$/);
        }
      }),
    );
  });
});

describe("cancelMetadata", () => {
  test("is read as it was meant, as long as S3 takes it", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 4_000_000 }), { minLength: 1 });
    const signal = fc.option(fc.constantFrom(...SIGNALS, "9", "31"), { nil: undefined });
    fc.assert(
      fc.property(ids, signal, (tasks, name) => {
        const metadata = cancelMetadata({ submission: "s1", tasks, signal: name });
        const part = cancelPartOf(metadata);
        if (part === undefined || part === "unreadable") throw new Error("it is not read");
        expect(part.signal).toBe(name);
        expect(parseTaskIds(part.tasks ?? "")).toEqual(new Set(tasks));
        expect((part.tasks ?? "").length).toBeLessThanOrEqual(CANCEL_TASKS_MAX_BYTES);
      }),
    );
  });

  test("says what cannot be sent", () => {
    const tasks = Array.from({ length: 2000 }, (_none, at) => at * 2);
    expect(() => cancelMetadata({ submission: "s1", tasks })).toThrow("name fewer of them");
    expect(() => cancelMetadata({ submission: "s1", tasks: [] })).toThrow("no list");
    expect(() => cancelMetadata({ submission: "s1", signal: "FOO" })).toThrow("use one of HUP");
  });
});
