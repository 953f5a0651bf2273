import { buffer } from "node:stream/consumers";
import { type BackOff, backOff } from "../../bucket/flow/back-off.ts";
import type { StatusObject } from "../../bucket/job-objects/status.ts";
import type { ObjectStore } from "../../bucket/object-store.ts";
import {
  liveFolder,
  liveKey,
  type OutputStream,
  outputOfLiveKey,
  parseLiveMetadata,
} from "../../protocol/live-output.ts";
import { keyOf } from "../../protocol/objects.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { FINAL_STATES } from "../../protocol/state.ts";
import { wordsOf } from "../errors/command-error.ts";
import { jobStatus } from "../jobs/job-status.ts";
import type { Patience } from "../jobs/patience.ts";
import { recordOf } from "../jobs/read-job.ts";
import type { Say, Words } from "../messages/say.ts";
import { checkTask } from "./no-such-task.ts";
import { arrayNeedsTask, outputFileOf } from "./output-file.ts";
import { OutputPosition } from "./output-position.ts";

export interface FollowOptions extends OutputStream {
  /** Whether to go on until the job has ended, or to print what is there. */
  follow: boolean;
  /** Writes the job's output, byte for byte. */
  write: (bytes: Uint8Array) => Promise<void>;
  /** Prints a remark, in words of `say`. */
  note: (line: string) => void;
  say: Say;
  /** Waits out the times in which S3 cannot be reached, when it is to go on until the end. */
  patience: Patience;
  sleep: (ms: number) => Promise<void>;
}

/** The agent writes every 5 s at most; while nothing comes, it is asked less and less often. */
const POLL: BackOff = { firstMs: 2_000, maxMs: 10_000, factor: 1.25 };

/** Misses after which it is looked again whether the job is an array. */
const LIST_EVERY = 5;

/**
 * Prints what a job prints. While it runs, that comes from its live object; when it has ended, the rest
 * comes from the output file among its results. From where it began on, each byte is printed once and in
 * order, so what cannot be had while the job runs is waited for.
 *
 * @returns the record of a job that has ended
 * @throws CloudSubmitError `no-such-job`, or `usage` for a job array without `task` and for a task that the run does not have
 */
export async function followOutput(
  store: ObjectStore,
  prefix: string,
  options: FollowOptions,
): Promise<JobRecord | undefined> {
  const followed = new Followed(store, prefix, options);
  if (!options.follow) {
    const seen = await followed.look();
    return seen.ended ? seen.record : undefined;
  }
  for (let misses = 0; ; misses++) {
    const seen = (await options.patience.look(() => followed.look()))?.seen;
    if (seen?.ended) return seen.record;
    if (seen?.news) misses = 0;
    await options.sleep(seen ? backOff(POLL, misses) : options.patience.pauseMs);
  }
}

type Look = { ended: true; record: JobRecord | undefined } | { ended: false; news: boolean };
const NOTHING: Look = { ended: false, news: false };

class Followed {
  readonly #store: ObjectStore;
  readonly #prefix: string;
  readonly #options: FollowOptions;
  readonly #position: OutputPosition;
  readonly #said = new Set<string>();
  /** The one that is followed; undefined: it is not known yet. */
  #submission: string | undefined;
  /** ETag and window of the live object that was read last. */
  #seen = "";
  #misses = 0;

  constructor(store: ObjectStore, prefix: string, options: FollowOptions) {
    this.#store = store;
    this.#prefix = prefix;
    this.#options = options;
    this.#position = new OutputPosition(options.write, (words) => this.#tell(words));
  }

  async look(): Promise<Look> {
    const status = await jobStatus(this.#store, this.#prefix);
    const { state } = status;
    if (state === undefined) return NOTHING;
    if (state === "FILE_UPLOAD" && this.#submission === undefined) {
      this.#note((say) => say("logs.waits"));
      return NOTHING;
    }
    if (FINAL_STATES.has(state)) return { ended: true, record: await this.#finish(status) };
    const submission = (this.#submission ??= await this.#runningSubmission(status));
    if (submission === undefined) return NOTHING;
    if (state === "FILE_UPLOAD") return this.#replaced();
    return { ended: false, news: await this.#readLive(submission) };
  }

  /** The submission that Slurm has; undefined while the record is an earlier one's. */
  async #runningSubmission(status: StatusObject): Promise<string | undefined> {
    const record = await recordOf(this.#store, this.#prefix, status);
    if (!record || FINAL_STATES.has(record.state)) return undefined;
    await checkTask(this.#store, record, this.#options);
    return record.submission;
  }

  /** Prints what is new in the live object; the probe of one byte tells whether there is something. */
  async #readLive(submission: string): Promise<boolean> {
    const key = liveKey(this.#prefix, submission, this.#options);
    const probe = await this.#store.get(key, { range: { start: 0, end: 1 } });
    if (!probe) {
      if (!this.#position.begun) await this.#missing(submission);
      return false;
    }
    await buffer(probe.body);
    const window = parseLiveMetadata(probe.metadata, probe.size);
    const mark = `${probe.etag} ${window?.start} ${window?.end}`;
    if (!window || mark === this.#seen) return false;
    const from = this.#position.next(window);
    if (from === "later") {
      this.#seen = mark;
      return false;
    }
    const range = { start: from - window.start };
    const got = await this.#store.get(key, { range, ifMatch: probe.etag });
    const now = got && parseLiveMetadata(got.metadata, got.size);
    if (!got || now?.start !== window.start || now.end !== window.end) {
      got?.body.destroy();
      return true;
    }
    const bytes = await buffer(got.body);
    if (bytes.length !== window.end - from) return true;
    if (await this.#position.take(from, bytes)) this.#seen = mark;
    return true;
  }

  /** Nothing is there yet: says why that may be so. */
  async #missing(submission: string): Promise<void> {
    const { stream, task } = this.#options;
    this.#misses += 1;
    if (this.#misses % LIST_EVERY === 1 && task === undefined) {
      const outputs = [];
      for await (const { key } of this.#store.list(liveFolder(this.#prefix, submission)))
        outputs.push(outputOfLiveKey(key));
      const tasks = outputs.flatMap((output) => output?.task ?? []);
      if (tasks.length > 0) throw arrayNeedsTask(this.#prefix, tasks);
      if (stream === "stderr" && outputs.length > 0) this.#note((say) => say("logs.noStderrYet"));
    }
    this.#note((say) => say("logs.nothingYet"));
  }

  /** The rest, from the results. */
  async #finish(status: StatusObject): Promise<JobRecord | undefined> {
    const record = await recordOf(this.#store, this.#prefix, status);
    if (!record) {
      this.#note((say) => say("logs.noRecord"));
      return undefined;
    }
    if (this.#submission !== undefined && record.submission !== this.#submission) {
      this.#replaced();
      return record;
    }
    const { error } = record;
    if (record.state === "JOB_ERROR")
      this.#note((say) => (error ? wordsOf(say, error) : say("logs.didNotRun")));
    const file = outputFileOf(record, this.#options);
    if (typeof file === "object") {
      if (record.state === "JOB_ERROR") return record;
      await checkTask(this.#store, record, this.#options);
      this.#note(file.none);
      return record;
    }
    const key = keyOf(this.#prefix, file);
    const found = await this.#position.finish((start) =>
      this.#store.get(key, start === 0 ? {} : { range: { start } }),
    );
    if (!found && record.state !== "JOB_ERROR")
      this.#note((say) => say("logs.noStream", { stream: this.#options.stream }));
    return record;
  }

  #replaced(): Look {
    this.#note((say) => say("logs.replaced"));
    return { ended: true, record: undefined };
  }

  /** Tells something once. */
  #note(words: Words): void {
    const text = words(this.#options.say);
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.#tell(words);
  }

  #tell(words: Words): void {
    this.#options.note(`${this.#prefix}: ${words(this.#options.say)}`);
  }
}
