import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  LIVE_MAX_BYTES,
  LIVE_TAIL_BYTES,
  liveKey,
  liveMetadata,
  liveWindow,
  outputOfLiveKey,
  parseLiveMetadata,
} from "../../../protocol/live-output.ts";

describe("keys", () => {
  test.each([
    [{ stream: "stdout" as const }, ".cloud-submit/live/job1/s1/stdout"],
    [{ stream: "stderr" as const, task: 0 }, ".cloud-submit/live/job1/s1/stderr-0"],
  ])("%j is at %s", (output, key) => {
    expect(liveKey("job1", "s1", output)).toBe(key);
    expect(outputOfLiveKey(key)).toEqual({ prefix: "job1", submission: "s1", ...output });
  });

  test.each([
    "job1/stdout",
    ".cloud-submit/live/job1/s1",
    ".cloud-submit/live/job1/s1/stdin",
    ".cloud-submit/live/job1/s1/stdout-x",
    ".cloud-submit/live/job1/s1/x/stdout",
    ".cloud-submit/live/-a/s1/stdout",
    ".cloud-submit/pending/job1/s1/stdout",
  ])("%s is none", (key) => {
    expect(outputOfLiveKey(key)).toBeUndefined();
  });
});

describe("liveWindow", () => {
  test.each([
    ["a small file is there as a whole", 100, 100, { start: 0, end: 100 }],
    ["an empty file", 0, 0, { start: 0, end: 0 }],
    [
      "little news: the tail",
      LIVE_MAX_BYTES * 2,
      LIVE_MAX_BYTES * 2 - 10,
      { start: LIVE_MAX_BYTES * 2 - LIVE_TAIL_BYTES, end: LIVE_MAX_BYTES * 2 },
    ],
    [
      "more news than the tail: all of it",
      LIVE_MAX_BYTES * 2,
      LIVE_MAX_BYTES * 2 - LIVE_TAIL_BYTES - 7,
      { start: LIVE_MAX_BYTES * 2 - LIVE_TAIL_BYTES - 7, end: LIVE_MAX_BYTES * 2 },
    ],
    [
      "far more news: as much as may be",
      LIVE_MAX_BYTES * 5,
      0,
      { start: LIVE_MAX_BYTES * 4, end: LIVE_MAX_BYTES * 5 },
    ],
  ])("%s", (_name, size, reached, window) => {
    expect(liveWindow(size, reached)).toEqual(window);
  });

  test("is a part of the file, never too long, and without a gap where that can be", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (size, reached) => {
        const { start, end } = liveWindow(size, reached);
        expect(start >= 0 && start <= end && end === size).toBe(true);
        expect(end - start).toBeLessThanOrEqual(LIVE_MAX_BYTES);
        expect(start <= reached || end - start === LIVE_MAX_BYTES).toBe(true);
      }),
    );
  });
});

describe("metadata", () => {
  test("tells which bytes an object holds", () => {
    const window = { start: 10, end: 25 };
    expect(parseLiveMetadata(liveMetadata(window), 15)).toEqual(window);
  });

  test.each([
    [{}, 0],
    [{ offset: "0", size: "5" }, 4],
    [{ offset: "-1", size: "5" }, 6],
    [{ offset: "9", size: "5" }, 0],
    [{ offset: "0", size: "5e0" }, 5],
  ])("%j with %d bytes is refused", (metadata, length) => {
    expect(parseLiveMetadata(metadata as Record<string, string>, length)).toBeUndefined();
  });
});
