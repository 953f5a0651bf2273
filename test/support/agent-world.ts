import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect } from "@jest/globals";
import { newMachine } from "../../bucket/machine.ts";
import { type Agent, startAgent } from "../../headnode/agent.ts";
import { decodeEntry, isFileName } from "../../headnode/journal/entry-file.ts";
import type { Phase } from "../../headnode/journal/job-entry.ts";
import { arrayVerdict } from "../../headnode/slurm/array-account.ts";
import type { SbatchCall } from "../../headnode/slurm/slurm.ts";
import type { StateChange } from "../../protocol/event.ts";
import { pendingKey } from "../../protocol/marker.ts";
import { parseRecord } from "../../protocol/record.ts";
import type { Action } from "../../protocol/request.ts";
import { isTransition } from "../../protocol/state.ts";
import { submissionOf } from "../../protocol/submission.ts";
import { FakeSlurm, type task } from "./fake-slurm.ts";
import { MemoryStore } from "./memory-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A line of the agent's log, without its words. */
export interface LogLine {
  level: "info" | "warn" | "error";
  /** A step of a job is done; with `waitMs`, it failed and is tried again. */
  phase?: Phase;
  waitMs?: number;
  /** A file in a spool. */
  file?: string;
  /** A request was looked at. */
  action?: string;
  submission?: string;
  error?: unknown;
}

const running: Agent[] = [];
/** Changes that no state may go through. */
const illegal: StateChange[] = [];
afterEach(() => {
  for (const agent of running.splice(0)) agent.stop();
  expect(illegal.splice(0)).toEqual([]);
});

/**
 * An agent on a bucket in memory, a Slurm that does as it is told, and real folders.
 *
 * @param live whether it publishes what running jobs print; it looks every 5 ms
 * @param heartbeat whether it writes a heartbeat, every 10 ms
 * @param lookMs between looks at the pending markers that nothing has asked for
 * @param cacheBytes most bytes of its cache of objects; 0: it has none
 * @param patient its pauses take for ever: what is to end them has to
 */
export function world({
  live = false,
  heartbeat = false,
  patient = false,
  lookMs = 60_000,
  cacheBytes = 0,
} = {}) {
  const folder = temporaryFolder();
  const [home, workRoot] = [join(folder, "home"), join(folder, "work")];
  mkdirSync(home);
  const store = new MemoryStore();
  const machine = newMachine();
  const slurm = new FakeSlurm();
  const published: StateChange[] = [];
  const record = (prefix: string) => parseRecord(store.text(`${prefix}/job-aws-job.json`) ?? "");
  let messages = 0;
  /** Milliseconds that were slept in no time. */
  let skipped = 0;
  const drop = (spool: string, text: string) => {
    const path = join(home, "spool", spool);
    mkdirSync(path, { recursive: true });
    messages += 1;
    writeFileSync(join(path, `.${messages}`), text);
    renameSync(join(path, `.${messages}`), join(path, `message${messages}`));
  };
  const world = {
    home,
    workRoot,
    store,
    slurm,
    published,
    record,
    /** Keys under the prefixes of jobs, in the order in which they were written. */
    written: () => store.writes.filter((key) => !key.startsWith(".cloud-submit/")),
    /** Keys of the system's folder. */
    left: () => [...store.objects.keys()].filter((key) => key.startsWith(".cloud-submit/")),
    state: (prefix: string) => store.text(`${prefix}/job-aws-stat.txt`)?.trim(),
    /** Called with the fields of each log line: its words are for people. */
    onLog: (_line: LogLine) => undefined as void,
    /** Called with each change that is published; EventBridge answers when it returns. */
    onPublish: async (_change: StateChange): Promise<void> => undefined,
    /** Starts the agent; `kill` ends this run of it in the middle of whatever it does. */
    async start() {
      let killed = false;
      const alive = async () => {
        if (killed) await new Promise<never>(() => undefined);
      };
      /** The arguments of a submit: who dies while it notes that it calls sbatch does not call it. */
      const mortalCall = ([owner, options, call]: unknown[]) => {
        const { begin, ...rest } = call as SbatchCall;
        const noted = async () => {
          await begin();
          await alive();
        };
        return [owner, options, { ...rest, begin: noted } satisfies SbatchCall];
      };
      const mortal = new Proxy(slurm, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== "function") return member;
          return async (...args: unknown[]) => {
            await alive();
            return member.apply(target, name === "submit" ? mortalCall(args) : args) as unknown;
          };
        },
      });
      const agent = await startAgent({
        ports: {
          bucket: "b",
          home,
          workRoot,
          store,
          machine,
          slurm: mortal,
          log: (level, _message, fields) => this.onLog({ level, ...fields }),
          now: () => new Date(Date.now() + skipped),
          sleep: async (ms) => {
            if (patient) return new Promise<never>(() => undefined);
            // The agent's own pauses, short, but long enough that nothing else is kept from its turn.
            await sleep(Math.min(ms, 5));
            await alive();
            skipped += Math.max(0, ms - 5);
          },
          random: Math.random,
        },
        publish: (changes) =>
          Promise.all(
            changes.map(async (change) => {
              published.push(change);
              await this.onPublish(change);
              if (!isTransition(change.from ?? undefined, change.to)) illegal.push(change);
            }),
          ),
        ...(live && { live: { store, everyMs: 5 } }),
        boards: { store, everyMs: 5, lookMs: 5 },
        ...(heartbeat && {
          heartbeat: {
            store,
            everyMs: 10,
            about: { version: "1.2.3", startedAt: "2026-11-24T09:00:00.000Z", host: "head" },
            slurmHealth: async () => ({ version: "22.05.8", state: "ok" as const }),
          },
        }),
        reconcileMs: 20,
        rescanMs: 10,
        lookMs,
        cleaning: { keepDays: 30, minFreeShare: 0, freeShare: async () => 1 },
        cacheBytes,
        tidyAfterMs: 0,
        collectGarbage: () => undefined,
      });
      running.push(agent);
      const kill = () => {
        killed = true;
        agent.stop();
      };
      return { ...agent, kill };
    },
    async upload(
      prefix: string,
      files: Record<string, string> = { "job-aws-run.sh": "#!/bin/sh\n" },
    ) {
      for (const [name, text] of Object.entries(files)) await store.put(`${prefix}/${name}`, text);
    },
    /**
     * Writes the state as a user does, and claims the request as functions/dispatch does.
     *
     * @returns the submission, and the marker's key
     */
    async claim(prefix: string, state: string, metadata: Record<string, string> = {}) {
      const key = `${prefix}/job-aws-stat.txt`;
      await store.put(key, state, { metadata });
      const { etag, lastModified, versionId } = store.objects.get(key)!;
      const submission = submissionOf({ metadata, versionId });
      const action: Action = state.startsWith("JOB_CANCEL") ? "cancel" : "run";
      const time = (lastModified ?? new Date()).getTime();
      const request = { prefix, submission, action };
      const marker = pendingKey(request, { etag, time, account: "1", metadata });
      await store.put(marker, "{}");
      return { ...request, marker };
    },
    /** The same, and has the command delivered. Returns the submission. */
    async ask(prefix: string, state: string, metadata: Record<string, string> = {}) {
      const { submission, action } = await this.claim(prefix, state, metadata);
      this.deliver(prefix, submission, action);
      return submission;
    },
    deliver(prefix: string, submission: string, action = "run", account = "1") {
      drop(
        "requests",
        `action=${action}\nprefix=${prefix}\nsubmission=${submission}\nrequester=${account}\n`,
      );
    },
    end(jobId: string, ...tasks: ReturnType<typeof task>[]) {
      slurm.ends.set(jobId, tasks);
      this.hook(jobId, "0:0");
    },
    /**
     * Writes the file that hooks/slurm-ended writes.
     *
     * @param more further lines, of which the last one of a name counts
     */
    hook(jobId: string, exit: string, task?: number, restarts = 0, more = "") {
      const comment = slurm.submitted[Number(jobId) - 1] ?? "";
      const fields = `task=${task ?? ""}\nexit=${exit}\nrestarts=${restarts}\n${more}`;
      drop("endings", `job=${jobId}\nuser=${userInfo().uid}\ncomment=${comment}\n${fields}`);
    },
    /** Takes the journal away, as when the machine was replaced; the last write may still be on its way. */
    loseJournal() {
      // In one step: nothing can be put into a folder that is no longer where it is looked for.
      const lost = join(home, "lost-journal");
      renameSync(join(home, "journal"), lost);
      rmSync(lost, { recursive: true });
    },
    /**
     * Whether the journal has put every entry of a prefix aside, which it does after the last event. No
     * other reader, such as another agent, may read there before.
     */
    isPutAside(prefix: string) {
      return !readdirSync(join(home, "journal")).some((name) => name.startsWith(`${prefix}@`));
    },
    /** Lets the agent's clock go on. */
    skip(ms: number) {
      skipped += ms;
    },
    async until(what: () => boolean) {
      for (let look = 0; look < 2000; look++) {
        if (what()) return;
        // Much is only to be seen by looking.
        await sleep(5);
      }
      throw new Error(`never came true: ${String(what)}`);
    },
    /** Until every request and ending was taken out of the spool: it was acted on. */
    async untilTaken() {
      const left = (kind: string) => readdirSync(join(home, "spool", kind)).length;
      await this.until(() => left("requests") + left("endings") === 0);
    },
    /** Until the journal counts so many completed tasks of an array. */
    async untilCompleted(prefix: string, tasks: number) {
      const journal = join(home, "journal");
      await this.until(() => {
        const file = readdirSync(journal).find(
          (name) => isFileName(name) && name.startsWith(prefix),
        );
        const entry =
          file === undefined ? undefined : decodeEntry(readFileSync(join(journal, file), "utf8"));
        return entry?.array !== undefined && arrayVerdict(entry.array).tasks.completed === tasks;
      });
    },
    /**
     * Time in which nothing is to happen: so many turns of the loop that the agent's own timers are in; on
     * a slow machine they take longer, as the agent's do.
     */
    async someRounds() {
      for (let turn = 0; turn < 20; turn++) await sleep(5);
    },
  };
  return world;
}

/** A world whose agent has submitted job1: JOB_SUBMIT is in the bucket. */
export async function submittedWorld({
  files,
  metadata,
}: {
  files?: Record<string, string> | undefined;
  /** Of the status object. */
  metadata?: Record<string, string>;
} = {}) {
  const w = world();
  const agent = await w.start();
  await w.upload("job1", files);
  const version = await w.ask("job1", "FILE_UPLOAD", metadata);
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  return { w, agent, version };
}
