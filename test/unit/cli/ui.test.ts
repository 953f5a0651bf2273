import { describe, expect, test } from "@jest/globals";
import { ja } from "../../../cli/messages/ja.ts";
import { sayEnglish, sayIn } from "../../../cli/messages/say.ts";
import { formatDuration } from "../../../cli/ui/duration.ts";
import { interruptOf } from "../../../cli/ui/interrupt.ts";
import { LiveLine } from "../../../cli/ui/live-line.ts";
import { Progress } from "../../../cli/ui/progress.ts";
import { COLOURS, PLAIN, wantsColour } from "../../../cli/ui/style.ts";
import { tableLines } from "../../../cli/ui/table.ts";
import { cut, padTo } from "../../../cli/ui/width.ts";

/** A terminal that tells what one would see on it. */
function terminal(columns = 80) {
  const written: string[] = [];
  const stream = { columns, write: (text: string) => void written.push(text) };
  const seen = () =>
    written
      .join("")
      .split("\n")
      .map((line) => line.slice(line.lastIndexOf("\u001b[2K") + 1).replace(/^\[2K/, ""));
  return { written, stream, seen };
}

describe("the live line", () => {
  test("writes over itself, and other lines stay whole", () => {
    const { stream, seen } = terminal();
    const live = new LiveLine(stream, true);
    live.show("1 of 9");
    live.show("2 of 9");
    live.print(() => stream.write("JOB_SUBMIT\n"));
    expect(seen()).toEqual(["JOB_SUBMIT", "2 of 9"]);
    live.clear();
    expect(seen()).toEqual(["JOB_SUBMIT", ""]);
  });

  test("is cut to the terminal, by columns and not by characters", () => {
    const { stream, seen } = terminal(11);
    new LiveLine(stream, true).show("待機中です、待機中です");
    expect(seen()).toEqual(["待機中で…"]);
  });

  test("does not exist without a terminal", () => {
    const { stream, written } = terminal();
    const live = new LiveLine(stream, false);
    live.show("x");
    live.clear();
    expect(written).toEqual([]);
  });
});

describe("progress", () => {
  const at = (say = sayEnglish) => {
    const { stream, seen } = terminal(200);
    const clock = { ms: 0 };
    const live = new LiveLine(stream, true);
    const progress = new Progress({ live, say, now: () => new Date(clock.ms) }, "uploading");
    return { progress: progress.listener, clock, seen };
  };

  test("shows bar, files, bytes, rate and time left", () => {
    const { progress, clock, seen } = at();
    progress.onPlan?.(4, 40 << 20, true);
    clock.ms = 1000;
    progress.onBytes?.(10 << 20);
    clock.ms = 2000;
    progress.onFile?.("a", 10 << 20);
    expect(seen()).toEqual([
      "uploading [#####---------------] 25% 1/4 files 10.0 MiB/40.0 MiB 5.0 MiB/s 6s left",
    ]);
  });

  test("without a plan, what is done", () => {
    const { progress, clock, seen } = at(sayIn(ja.messages));
    progress.onFile?.("a", 100);
    clock.ms = 1000;
    progress.onFile?.("b", 1900);
    expect(seen()).toEqual(["uploading 2 ファイル 2.0 KiB 1.9 KiB/s"]);
  });

  test("draws ten times a second at most", () => {
    const { stream, written } = terminal();
    const clock = { ms: 0 };
    const live = new LiveLine(stream, true);
    const progress = new Progress({ live, say: sayEnglish, now: () => new Date(clock.ms) }, "x");
    for (; clock.ms < 1000; clock.ms += 1) progress.listener.onBytes?.(1000);
    expect(written.length).toBeLessThanOrEqual(10);
  });
});

describe("tables", () => {
  const rows = [
    [{ text: "解析-2026" }, { text: "completed", tone: "good" }],
    [{ text: "wave" }, { text: "" }],
  ] as const;

  test("are aligned for people, Japanese too", () => {
    expect(tableLines(["PREFIX", "OUTCOME"], rows, { columns: 80, style: PLAIN })).toEqual([
      "PREFIX     OUTCOME",
      "解析-2026  completed",
      "wave",
    ]);
  });

  test("fit the terminal", () => {
    const lines = tableLines(["PREFIX", "OUTCOME"], rows, { columns: 19, style: PLAIN });
    expect(lines[1]).toBe("解析-20…  completed");
  });

  test("are tabs without a head for programs", () => {
    expect(tableLines(["A", "B"], rows, { columns: undefined, style: PLAIN })).toEqual([
      "解析-2026\tcompleted",
      "wave\t",
    ]);
  });

  test("colours do not shift columns", () => {
    const [, line = ""] = tableLines(["A", "B"], rows, { columns: 80, style: COLOURS });
    expect(line).toContain("解析-2026  ");
    expect(line).toContain("\u001b[32mcompleted\u001b[39m");
  });
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [false, { FORCE_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { TERM: "dumb" }, false],
])("terminal %s, %j: colours %s", (isTerminal, env, expected) => {
  expect(wantsColour(isTerminal, env)).toBe(expected);
});

test.each([
  [400, "0s"],
  [45_000, "45s"],
  [200_000, "3m20s"],
  [18_180_000, "5h03m"],
  [187_200_000, "2d04h"],
  [-5, "0s"],
])("%d ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("widths count columns", () => {
  expect([padTo("日本", 6), cut("日本語", 5), cut("abc", 3)]).toEqual(["日本  ", "日本…", "abc"]);
});

describe("an interruption", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])("%s says where things are and ends with %d", (signal, code) => {
    const listeners = new Map<string, () => void>();
    const exits: number[] = [];
    const said: string[] = [];
    const interrupt = interruptOf(
      {
        once: (name, listener) => listeners.set(name, listener),
        exit: (status) => void exits.push(status),
      },
      (line) => said.push(line),
    );
    interrupt.at(() => ["uploading"]);
    interrupt.at(() => ["waiting"]);
    listeners.get(signal)?.();
    expect([said, exits, interrupt.signal.aborted]).toEqual([["waiting"], [code], true]);
  });
});
