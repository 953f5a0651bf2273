import { setImmediate as turn } from "node:timers/promises";
import { Publisher } from "../../headnode/jobs/publisher.ts";
import type { JobEntry } from "../../headnode/journal/job-entry.ts";
import { Journal } from "../../headnode/journal/journal.ts";
import { jsonLog } from "../../headnode/log.ts";
import type { StateChange } from "../../protocol/event.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A change of submission `s1` of a prefix. */
export const changeTo = (to: StateChange["to"], prefix = "job1"): StateChange => ({
  version: 1,
  bucket: "jobs",
  prefix,
  submission: "s1",
  from: null,
  to,
  at: "2026-11-23T20:45:01.000Z",
});

/** An outbox with the given changes for each of so many prefixes. */
export const outboxes = (many: number, ...to: StateChange["to"][]) =>
  Array.from({ length: many }, (_, at): [string, ...StateChange["to"][]] => [`job${at}`, ...to]);

/** A journal with one running entry for each prefix, and an EventBridge that does what a test says. */
export async function publisherWorld(...waiting: [prefix: string, ...to: StateChange["to"][]][]) {
  const home = temporaryFolder();
  const logged: string[] = [];
  const log = jsonLog(
    (line) => logged.push(line),
    () => new Date(0),
  );
  const bus = {
    /** Each call that was made, with what it had. */
    calls: [] as [prefix: string, to: string][][],
    /** Changes that were taken. */
    published: [] as [prefix: string, to: string][],
    busiest: 0,
    /** Whether a call of these is answered with `error`. */
    fails: (_changes: readonly StateChange[]) => false,
    error: new Error("EventBridge is away"),
    /** Whether one change of a call is not taken. */
    refuses: (_change: StateChange) => false,
    /** Calls are answered when this is. */
    answers: (): Promise<unknown> => turn(),
  };
  let busy = 0;
  const publish = async (changes: readonly StateChange[]) => {
    bus.calls.push(changes.map(({ prefix, to }) => [prefix, to]));
    busy += 1;
    bus.busiest = Math.max(bus.busiest, busy);
    await bus.answers();
    busy -= 1;
    if (bus.fails(changes)) throw bus.error;
    return changes.map((change) => {
      if (bus.refuses(change)) return bus.error;
      bus.published.push([change.prefix, change.to]);
      return undefined;
    });
  };
  const journal = await Journal.open(home, log);
  for (const [prefix, ...to] of waiting)
    await journal.add({
      version: 1,
      prefix,
      submission: "s1",
      phase: "running",
      state: "JOB_SUBMIT",
      statusEtag: "e",
      times: {},
      outbox: to.map((one) => changeTo(one, prefix)),
    });
  const untold = (entries: JobEntry[]) =>
    Object.fromEntries(
      entries
        .filter(({ outbox }) => outbox.length > 0)
        .map(({ prefix, outbox }) => [prefix, outbox.map(({ to }) => to)]),
    );
  return {
    home,
    log,
    logged,
    bus,
    publish,
    journal,
    publisher: new Publisher(journal, publish, log),
    /** Changes that wait in memory, by prefix. */
    left: () => untold(journal.all()),
    /** Changes that would wait after a crash. */
    leftOnDisk: async () => untold((await Journal.open(home, log)).all()),
    /** A further change of a submission, as a step makes it. */
    async announce(prefix: string, to: StateChange["to"]) {
      const entry = journal.activeOf(prefix);
      if (!entry) throw new Error(`no submission of ${prefix} is there`);
      await journal.update(entry, ({ outbox }) => ({
        outbox: [...outbox, changeTo(to, prefix)],
        ...(to === "JOB_COMPLETE" && { phase: "done", state: to }),
      }));
      return entry;
    },
  };
}
