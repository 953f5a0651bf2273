import { describe, expect, test } from "@jest/globals";
import { isMissed } from "../../../../bench/goal.ts";
import type { Cell } from "../../../../bench/transfer/cell.ts";
import { verdicts } from "../../../../bench/transfer/goals.ts";
import { transferCell as cell } from "../../../support/transfer-cell.ts";

const missed = (own: Cell, peer?: Cell) =>
  verdicts(own, peer)
    .filter(isMissed)
    .map(({ what, exact }) => ({ what, exact }));
const notJudged = (own: Cell, peer?: Cell) =>
  verdicts(own, peer)
    .filter((goal) => goal.notJudged !== undefined)
    .map(({ what, reached, notJudged: why }) => ({ what, reached, why }));

const MiB = 2 ** 20;

describe("goals of transfers", () => {
  test.each([
    [2000, 4096, "upload", 0.9],
    [2000, 4096, "download", 0.9],
    [200, MiB, "upload", 0.8],
    [200, MiB, "download", 1],
    [20, MiB, "upload", 1.5],
    [20, MiB, "download", 1.5],
    [2, 512 * MiB, "upload", 0.6],
    [2, 512 * MiB, "download", 1],
  ] as const)("%d files of %d bytes, %s: %d of the peer's time, and no more", (...course) => {
    const [files, size, direction, most] = course;
    const at = { files, size, direction };
    const peer = cell("s5cmd", 1, at);
    expect(verdicts(cell("cloud-submit", most, at), peer)[0]).toMatchObject({ reached: true });
    expect(missed(cell("cloud-submit", most, at), peer)).toEqual([]);
    expect(missed(cell("cloud-submit", most + 0.01, at), peer)).toEqual([
      { what: "wall ÷ s5cmd", exact: false },
    ]);
  });

  test("a GiB over TLS takes no more CPU time than the peer's", () => {
    const at = { files: 2, size: 512 * MiB, direction: "download", transport: "https" } as const;
    const much = { median: 1.01, min: 1, max: 2, runs: 5 };
    expect(
      missed(cell("cloud-submit", 1, { ...at, cpuSeconds: much }), cell("s5cmd", 1, at)),
    ).toEqual([{ what: "CPU ÷ s5cmd", exact: false }]);
    expect(missed(cell("cloud-submit", 1, at), cell("s5cmd", 1, at))).toEqual([]);
  });

  test("a re-sync takes one request for each thousand objects", () => {
    const at = { direction: "re-sync" as const, requests: { ListObjects: 2 } };
    expect(missed(cell("cloud-submit", 0.9, at), cell("s5cmd", 1))).toEqual([]);
    const more = { ...at, requests: { ListObjects: 2, HeadObject: 1 } };
    expect(missed(cell("cloud-submit", 0.9, more), cell("s5cmd", 1))).toEqual([
      { what: "requests", exact: true },
    ]);
  });

  test("200 MB of memory are enough", () => {
    const much = { median: 1, min: 1, max: 201e6, runs: 1 };
    expect(missed(cell("cloud-submit", 1, { peakMemoryBytes: much }))).toEqual([
      { what: "peak memory, MB", exact: false },
    ]);
  });

  test("a number of files without a goal for time is not judged, however slow", () => {
    const at = { files: 200 };
    expect(missed(cell("cloud-submit", 9, at), cell("s5cmd", 1, at))).toEqual([]);
    expect(notJudged(cell("cloud-submit", 0.1, at), cell("s5cmd", 1, at))).toEqual([
      { what: "wall ÷ s5cmd", reached: false, why: "there is no goal for so many files" },
    ]);
  });

  test("neither is one beside which s5cmd did not run, nor the median of a few runs", () => {
    const what = "wall ÷ s5cmd";
    expect(notJudged(cell("cloud-submit", 0.1))).toEqual([
      { what, reached: false, why: "s5cmd did not run" },
    ]);
    const few = { wallSeconds: { median: 6, min: 6, max: 6, runs: 1 } };
    expect(notJudged(cell("cloud-submit", 6, few), cell("s5cmd", 1))).toEqual([
      { what, reached: false, why: "the goal is for 5 runs; there were 1" },
    ]);
  });
});
