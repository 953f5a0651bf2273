import { text } from "node:stream/consumers";
import { S3Error } from "../../../bucket/s3/s3-error.ts";
import { CommandError } from "../../errors/command-error.ts";
import type { Check } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { dateOf, type Probe } from "./probe.ts";
import type { Finding } from "./problem.ts";
import type { Scratch } from "./scratch.ts";
import { Trial } from "./trial.ts";

/** S3 refuses requests that are off by 15 minutes; sooner it is worth a word. */
const SKEW_WARNING_MS = 60_000;
const SKEW_MAX_MS = 900_000;

/** The part of the object that is asked for by itself. */
const RANGE = { start: 5, end: 16 };

/** Whether objects can be written, read, also in part, and removed; and what S3's clock says. */
export async function checkObjects(
  context: DoctorContext,
  probe: Probe,
  scratch: Scratch,
): Promise<Finding[]> {
  const { say, now } = context;
  const { store } = probe;
  const key = scratch.key("txt");
  const content = `${now().toISOString()}\n`;
  const trial = new Trial(scratch);
  const clock = new Clock(context);
  const differs = new CommandError("transfer", (say) => say("doctor.objectsDiffer", { key }));
  const there = await trial.try("PutObject", () =>
    scratch.make(key, () => clock.at(() => store.put(key, content))),
  );
  if (there) {
    await trial.try("GetObject", async () => {
      let back = "";
      const take = (bytes: Buffer) => void (back += bytes.toString("latin1"));
      await clock.at(() =>
        probe.read(key, () => {
          back = "";
          return take;
        }),
      );
      if (back !== content) throw differs;
      const part = await store.get(key, { range: RANGE });
      const wanted = content.slice(RANGE.start, RANGE.end);
      if ((part && (await text(part.body))) !== wanted) throw differs;
    });
    await trial.try("DeleteObject", () => scratch.remove(key));
  }
  const objects = trial.finding(say, "objects", scratch, () =>
    say("doctor.objectsOk", { scratch: scratch.prefix }),
  );
  return [objects, clock.check()];
}

/** How far this machine's clock is off S3's, by the first answer that tells the time, be it a refusal. */
class Clock {
  readonly #context: DoctorContext;
  #aheadMs: number | undefined;

  constructor(context: DoctorContext) {
    this.#context = context;
  }

  /** @param ask returns the time that S3 told */
  async at(ask: () => Promise<unknown>): Promise<void> {
    const before = this.#now();
    const compare = (theirs: unknown) => {
      if (!(theirs instanceof Date)) return;
      // S3 tells whole seconds.
      this.#aheadMs ??= (before + this.#now()) / 2 - theirs.getTime() - 500;
    };
    try {
      compare(await ask());
    } catch (error) {
      if (error instanceof S3Error) compare(dateOf(error.headers));
      throw error;
    }
  }

  #now(): number {
    return this.#context.now().getTime();
  }

  check(): Check {
    const { say } = this.#context;
    const name = "clock";
    if (this.#aheadMs === undefined)
      return { name, verdict: "unknown", detail: say("doctor.clockUnknown") };
    const seconds = Math.round(this.#aheadMs / 1000);
    const off = Math.abs(seconds) * 1000;
    const measured = { aheadSeconds: seconds };
    const detail = say("doctor.clockOff", { seconds });
    if (off < SKEW_WARNING_MS) return { name, verdict: "ok", detail, measured };
    const verdict = off < SKEW_MAX_MS ? "warning" : "broken";
    return { name, verdict, detail, fix: say("doctor.clockFix"), measured };
  }
}
