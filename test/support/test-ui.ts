import type { Context } from "../../cli/context.ts";
import { Patience } from "../../cli/jobs/patience.ts";
import { sayEnglish } from "../../cli/messages/say.ts";
import type { Interrupt } from "../../cli/ui/interrupt.ts";
import { lineText } from "../../cli/ui/line.ts";
import { LiveLine } from "../../cli/ui/live-line.ts";
import { OutageNote } from "../../cli/ui/outage-note.ts";
import { PLAIN } from "../../cli/ui/style.ts";
import type { Ui } from "../../cli/ui/ui.ts";
import type { WayOn } from "../../cli/ui/way-on.ts";
import { MemoryStore } from "./memory-store.ts";

/** A Ui that keeps its output, on a clock that advances only during a sleep. */
export function testUi(changes: Partial<Ui> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const slept: number[] = [];
  const clock = { ms: Date.parse("2026-11-24T12:00:00Z") };
  const ui: Ui = {
    say: sayEnglish,
    given: {},
    json: false,
    out: (line) => void out.push(lineText(line, PLAIN)),
    write: async (bytes) => void out.push(Buffer.from(bytes).toString()),
    err: (line) => void err.push(lineText(line, PLAIN)),
    error: (line) => void err.push(lineText(line, PLAIN)),
    live: new LiveLine({ write: () => undefined }, false),
    columns: undefined,
    interrupt: testInterrupt(),
    now: () => new Date(clock.ms),
    sleep: async (ms) => {
      clock.ms += ms;
      slept.push(ms);
    },
    ...changes,
  };
  return { ui, out, err, slept, clock };
}

/** An interruption that never comes; `said` keeps all that it would have said. */
export function testInterrupt(said: (WayOn | undefined)[] = []): Interrupt {
  let wayOn: WayOn | undefined;
  return {
    at: (next) => {
      wayOn = next;
      said.push(next);
    },
    get wayOn() {
      return wayOn;
    },
    tidyBy: () => undefined,
    signal: new AbortController().signal,
  };
}

/** The context of verbs that work on jobs, on a bucket in memory. */
export function testContext(changes: Partial<Ui> = {}) {
  const { ui, ...kept } = testUi(changes);
  const store = new MemoryStore();
  /** Operations on the bucket, such as `get job1/job-aws-stat.txt`. */
  const requests: string[] = [];
  store.before = (operation, key) => void requests.push(`${operation} ${key}`);
  let random = 0;
  let secrets = 0;
  const outage = new OutageNote(ui);
  const context: Context = {
    ...ui,
    bucket: "jobs",
    store,
    outage,
    patience: new Patience(outage, async () => true),
    random: () => String((random += 1)).padStart(6, "0"),
    secret: () => `key-${String((secrets += 1)).padStart(18, "0")}`,
    submitter: "taro@ws1",
  };
  return { context, store, requests, ...kept };
}
