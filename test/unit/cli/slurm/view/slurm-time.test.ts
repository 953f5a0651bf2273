import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  slurmDuration,
  squeueDuration,
  timeLimit,
} from "../../../../../cli/slurm/view/durations.ts";
import { parseSlurmTime, slurmDate, slurmTime } from "../../../../../cli/slurm/view/slurm-time.ts";
import { megabytes, withUnit } from "../../../../../cli/slurm/view/units.ts";
import { NOW } from "../../../../support/slurm-view.ts";

test.each([
  ["2026-01-02T03:04:05", "2026-01-02T03:04:05"],
  ["2026-1-2", "2026-01-02T00:00:00"],
  ["2026-01-02 03:04", "2026-01-02T03:04:00"],
  ["2026-01-02-03:04", "2026-01-02T03:04:00"],
  ["03:04", "2026-01-31T03:04:00"],
  ["3:04:05 PM", "2026-01-31T15:04:05"],
  ["12:00am", "2026-01-31T00:00:00"],
  ["12:00pm", "2026-01-31T12:00:00"],
  ["0102", "2026-01-02T00:00:00"],
  ["01/02", "2026-01-02T00:00:00"],
  ["1.2.25", "2025-01-02T00:00:00"],
  ["010225", "2025-01-02T00:00:00"],
  ["01/02-03:04", "2026-01-02T03:04:00"],
  ["0201", "2025-02-01T00:00:00"],
  ["today", "2026-01-31T00:00:00"],
  ["tomorrow", "2026-02-01T00:00:00"],
  ["midnight", "2026-01-31T00:00:00"],
  ["noon", "2026-01-31T12:00:00"],
  ["fika", "2026-01-31T15:00:00"],
  ["teatime", "2026-01-31T16:00:00"],
  ["elevenses", "2026-01-31T11:00:00"],
  ["now", "2026-01-31T13:05:09"],
  ["now-2hours", "2026-01-31T11:05:09"],
  ["now - 1 day", "2026-01-30T13:05:09"],
  ["now+90", "2026-01-31T13:06:39"],
  ["NOW-1weeks", "2026-01-24T13:05:09"],
])("%s is %s", (text, time) => {
  expect(slurmTime(parseSlurmTime(text, NOW) ?? new Date(Number.NaN))).toBe(time);
});

test.each([
  "yesterday",
  "25:00",
  "12:60",
  "13:00pm",
  "0:30am",
  "2026-13-01",
  "2026-01-32",
  "now-2moons",
  "1332",
  "x",
  "1",
  "03:04x",
])("%s is no time", (text) => {
  expect(parseSlurmTime(text, NOW)).toBeUndefined();
});

test("seconds since the epoch", () => {
  expect(parseSlurmTime("uts1700000000", NOW)?.getTime()).toBe(1_700_000_000_000);
  expect(slurmDate(NOW)).toBe("Sat Jan 31 13:05:09 2026");
});

test("what is shown is read as the same second", () => {
  fc.assert(
    fc.property(
      fc.record({ time: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }) }),
      ({ time }) => {
        expect(slurmTime(parseSlurmTime(slurmTime(time), NOW) ?? NOW)).toBe(slurmTime(time));
      },
    ),
  );
});

test("no text throws or takes long", () => {
  fc.assert(
    fc.property(fc.record({ text: fc.string() }), ({ text }) => {
      parseSlurmTime(text, NOW);
      timeLimit(text);
      megabytes(text);
    }),
  );
});

test.each([
  [0, "0:00", "00:00:00"],
  [59, "0:59", "00:00:59"],
  [3599, "59:59", "00:59:59"],
  [3600, "1:00:00", "01:00:00"],
  [86_400 + 3661, "1-01:01:01", "1-01:01:01"],
  [-1, "INVALID", "INVALID"],
  [366 * 86_400, "INVALID", "366-00:00:00"],
])("%d seconds", (seconds, inSqueue, elsewhere) => {
  expect([squeueDuration(seconds), slurmDuration(seconds)]).toEqual([inSqueue, elsewhere]);
});

test.each([
  ["60", 60],
  ["1:30", 2],
  ["1:00:00", 60],
  ["1:00:01", 61],
  ["2-0", 2880],
  ["1-02:03", 1563],
  ["1-02:03:04", 1564],
  ["UNLIMITED", "UNLIMITED"],
  ["infinite", "UNLIMITED"],
  ["NOT_SET", undefined],
  ["", undefined],
])("the limit %s", (text, minutes) => {
  expect(timeLimit(text)).toBe(minutes);
});

test.each([
  [2048, undefined, "2G"],
  [1536, undefined, "1.50G"],
  [2000, undefined, "2000M"],
  [512, undefined, "512M"],
  [0, undefined, "0"],
  [2048, "none" as const, "2048M"],
  [2048, "G" as const, "2G"],
  [1, "K" as const, "1024K"],
  [100, "G" as const, "0.10G"],
])("%d M in %s is %s", (value, show, text) => {
  expect(withUnit(value, "M", show)).toBe(text);
});
