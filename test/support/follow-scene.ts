import { Patience } from "../../cli/jobs/patience.ts";
import { sayEnglish } from "../../cli/messages/say.ts";
import { type FollowOptions, followOutput } from "../../cli/output/follow-output.ts";
import { lineText } from "../../cli/ui/line.ts";
import { OutageNote } from "../../cli/ui/outage-note.ts";
import { PLAIN } from "../../cli/ui/style.ts";
import {
  liveFolder,
  liveKey,
  liveMetadata,
  type OutputStream,
} from "../../protocol/live-output.ts";
import { formatRecord, type JobRecord } from "../../protocol/record.ts";
import { MemoryStore } from "./memory-store.ts";
import { testUi } from "./test-ui.ts";

/** A job in a bucket; one step after another happens, one for each time the follower sleeps. */
export class FollowScene {
  readonly store = new MemoryStore();
  readonly notes: string[] = [];
  readonly slept: number[] = [];
  readonly #ui = testUi();
  readonly outage = new OutageNote({
    ...this.#ui.ui,
    err: (line) => this.notes.push(lineText(line, PLAIN)),
  });
  readonly patience = new Patience(this.outage, async () => true);
  readonly steps: (() => Promise<unknown>)[] = [];
  #printed = Buffer.alloc(0);

  get printed(): string {
    return this.#printed.toString("latin1");
  }

  async state(state: string, record?: Partial<JobRecord>): Promise<void> {
    if (record)
      await this.store.put(
        "job1/job-aws-job.json",
        formatRecord({
          version: 1,
          prefix: "job1",
          submission: "s1",
          state: state as JobRecord["state"],
          times: {},
          slurm: { jobId: "7" },
          ...record,
        }),
      );
    await this.store.put("job1/job-aws-stat.txt", `${state}\n`);
  }

  /** Publishes as the agent does: bytes `start` to the end of `file`. */
  async publish(file: string, start = 0, output: OutputStream = { stream: "stdout" }) {
    const window = { start, end: file.length };
    await this.store.put(liveKey("job1", "s1", output), Buffer.from(file.slice(start), "latin1"), {
      metadata: liveMetadata(window),
    });
  }

  /** The job has ended; `file` is among its results. */
  async end(file: string, record: Partial<JobRecord> = {}): Promise<void> {
    for await (const { key } of this.store.list(liveFolder("job1", "s1")))
      await this.store.delete(key);
    await this.store.put("job1/out.txt", Buffer.from(file, "latin1"));
    await this.state("JOB_COMPLETE", { output: [{ stdout: "out.txt" }], ...record });
  }

  follow(options: Partial<FollowOptions> = {}): Promise<JobRecord | undefined> {
    return followOutput(this.store, "job1", {
      stream: "stdout",
      follow: true,
      write: async (bytes) => {
        this.#printed = Buffer.concat([this.#printed, bytes]);
      },
      note: (line) => this.notes.push(line),
      say: sayEnglish,
      patience: this.patience,
      sleep: async (ms) => {
        this.slept.push(ms);
        this.#ui.clock.ms += ms;
        if (this.slept.length > 1000) throw new Error("it never ends");
        await this.steps.shift()?.();
      },
      ...options,
    });
  }
}
