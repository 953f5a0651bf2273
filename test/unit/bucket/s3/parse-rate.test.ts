import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { parseRate } from "../../../../bucket/s3/parse-rate.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

test.each<[string, number | "off"]>([
  ["500k", 500 * KiB],
  ["500K", 500 * KiB],
  ["10M", 10 * MiB],
  ["1.5M", 1.5 * MiB],
  ["1G", 1024 * MiB],
  ["1T", MiB * MiB],
  ["10MiB", 10 * MiB],
  ["10MB", 10 * MiB],
  ["10MB/s", 10 * MiB],
  ["800KB/s", 800 * KiB],
  ["1.5MiB/s", 1.5 * MiB],
  ["1048576", MiB],
  ["1048576B/s", MiB],
  ["0.1M", Math.round(0.1 * MiB)],
  ["off", "off"],
])("%s is a rate", (text, rate) => {
  expect(parseRate(text)).toBe(rate);
});

test.each([
  "0",
  "0K",
  "-1",
  "-5M",
  "1",
  "100",
  "15.9K",
  "1025G",
  "2T",
  "1e6",
  "0x100000",
  "1M5",
  "M",
  "",
  " ",
  "10 M",
  "10M ",
  "1,5M",
  "1.M",
  ".5M",
  "10m/h",
  "10Mb",
  "10Mbit",
  "10mb/s",
  "10Kib",
  "10kbps",
  "Infinity",
  "NaN",
  "unlimited",
  "OFF",
  "99999999999999999999",
  "10MM",
  "10MBi",
  "10P",
  "1.5.5M",
  "10M\n",
])("%p is none", (text) => {
  expect(parseRate(text)).toBeUndefined();
});

test("a rate that is written out is read back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 16 * KiB, max: MiB * MiB }), (rate) => {
      expect(parseRate(String(rate))).toBe(rate);
      expect(parseRate(`${rate}B/s`)).toBe(rate);
    }),
  );
});

test("whatever else is given is a rate that can be kept, or none", () => {
  const unit = fc.constantFrom("", "K", "m", "G", "T", "KB", "MiB", "B", "/s", "KB/s", "b", "x");
  fc.assert(
    fc.property(fc.oneof(fc.double().map(String), fc.string()), unit, (text, letters) => {
      const rate = parseRate(text + letters) ?? 16 * KiB;
      if (rate === "off") return;
      expect(Number.isSafeInteger(rate)).toBe(true);
      expect(rate).toBeGreaterThanOrEqual(16 * KiB);
      expect(rate).toBeLessThanOrEqual(MiB * MiB);
    }),
  );
});
