import type { Context } from "../../cli/context.ts";
import { sayEnglish } from "../../cli/messages/say.ts";
import { lineText } from "../../cli/ui/line.ts";
import { LiveLine } from "../../cli/ui/live-line.ts";
import { PLAIN } from "../../cli/ui/style.ts";
import type { Ui } from "../../cli/ui/ui.ts";
import { MemoryStore } from "./memory-store.ts";

/** A Ui that keeps its output, on a clock that advances only during a sleep. */
export function testUi(changes: Partial<Ui> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const slept: number[] = [];
  const clock = { ms: Date.parse("2026-11-24T12:00:00Z") };
  const ui: Ui = {
    say: sayEnglish,
    json: false,
    out: (line) => void out.push(lineText(line, PLAIN)),
    write: async (bytes) => void out.push(Buffer.from(bytes).toString()),
    err: (line) => void err.push(lineText(line, PLAIN)),
    error: (line) => void err.push(lineText(line, PLAIN)),
    live: new LiveLine({ write: () => undefined }, false),
    columns: undefined,
    interrupt: {
      at: () => undefined,
      tidyBy: () => undefined,
      signal: new AbortController().signal,
    },
    now: () => new Date(clock.ms),
    sleep: async (ms) => {
      clock.ms += ms;
      slept.push(ms);
    },
    ...changes,
  };
  return { ui, out, err, slept, clock };
}

/** The context of verbs that work on jobs, on a bucket in memory. */
export function testContext(changes: Partial<Ui> = {}) {
  const { ui, ...kept } = testUi(changes);
  const store = new MemoryStore();
  /** Operations on the bucket, such as `get job1/job-aws-stat.txt`. */
  const requests: string[] = [];
  store.before = (operation, key) => void requests.push(`${operation} ${key}`);
  let random = 0;
  const context: Context = {
    ...ui,
    bucket: "jobs",
    store,
    random: () => String((random += 1)).padStart(6, "0"),
    submitter: "taro@ws1",
  };
  return { context, store, requests, ...kept };
}
