import type { ObjectStore } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import { tidyLiveOutput } from "../live-output/tidy-live-output.ts";
import { type CleanOptions, clean } from "./clean.ts";

const EVERY_MS = 3_600_000;

export interface TidyOptions extends CleanOptions {
  /** Milliseconds until the first time: what is new comes first. */
  afterMs: number;
  /** Where live output is; undefined: none is published. */
  live: ObjectStore | undefined;
  /** Called after each time: every job that ever was has been looked at. */
  onTidied: () => void;
}

/** Removes what is old, every hour: folders on disk and live output in the bucket. */
export function startTidying(options: TidyOptions): { stop(): void } {
  const { live, journal, log, onTidied } = options;
  const removing = (what: string, work: Promise<void>) =>
    work.catch((error: unknown) =>
      log("warn", `${what} cannot be removed`, { error: messageOf(error) }),
    );
  const run = async () => {
    await Promise.all([
      removing("old folders", clean(options)),
      live && removing("old live output", tidyLiveOutput(live, journal)),
    ]);
    onTidied();
  };
  const first = setTimeout(() => void run(), options.afterMs);
  const timer = setInterval(() => void run(), EVERY_MS);
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
