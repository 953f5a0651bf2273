import { EventEmitter } from "node:events";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Context } from "../../../../cli/context.ts";
import { reportError } from "../../../../cli/errors/report-error.ts";
import { Patience } from "../../../../cli/jobs/patience.ts";
import { sayEnglish } from "../../../../cli/messages/say.ts";
import { VERBS } from "../../../../cli/registry.ts";
import type { AdminContext } from "../../../../cli/stack/admin-context.ts";
import { OutageNote } from "../../../../cli/ui/outage-note.ts";
import { realUi } from "../../../../cli/ui/real-ui.ts";
import type { Ui } from "../../../../cli/ui/ui.ts";
import type { VerbContext } from "../../../../cli/verb-work.ts";
import { doctor } from "../../../../cli/verbs/doctor/doctor.ts";
import { HEARTBEAT_KEY } from "../../../../protocol/heartbeat.ts";
import { formatRecord, type JobRecord } from "../../../../protocol/record.ts";
import { scriptFolder } from "../../../support/job-folder.ts";
import { MemoryStore } from "../../../support/memory-store.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

// Links that a verb makes for its user go nowhere else.
process.env.XDG_STATE_HOME = temporaryFolder();

/** Text that wants to be obeyed by a terminal. */
const hostile = fc.oneof(
  fc.constantFrom(
    "\u001b[31m",
    "\u001b]0;title\u0007",
    "\u009b2J",
    "\r\u001b[2K",
    "\u202eabc",
    "a\nb",
    "\u2066",
  ),
  fc.string({
    unit: fc.constantFrom("\u001b", "[", "\u0007", "\n", "\r", "\t", "\u0090", "\u200f", "x"),
    minLength: 1,
  }),
  fc.string({ unit: "binary", minLength: 1 }),
);

/** Whatever a terminal could obey. */
const OBEYED = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

function screen(isTTY: boolean) {
  let text = "";
  let at = Date.now();
  const stream = {
    isTTY,
    columns: isTTY ? 100 : undefined,
    write: (some: string) => (text += some),
  };
  const env = { NO_COLOR: "1" };
  const process = Object.assign(new EventEmitter(), {
    stdout: stream,
    stderr: stream,
    env,
    exit: () => undefined,
  });
  const ui = realUi(process as unknown as NodeJS.Process, sayEnglish, {});
  return {
    ui: {
      ...ui,
      write: async () => undefined,
      now: () => new Date(at),
      sleep: async (ms) => void (at += ms),
    } satisfies Ui,
    /** The output without our own characters: line ends, list tabs, and erasing of the live line. */
    shown: () => text.replaceAll("\r\u001b[2K", "").replaceAll(/[\n\t]/g, ""),
  };
}

/** A job whose free text fields are all `text`. */
function recordOf(prefix: string, text: string): JobRecord {
  const told = { code: "system-error", values: { error: text }, reason: text };
  const carried = { verdict: "partial", files: 1, bytes: 1, skippedCount: 1 } as const;
  return {
    version: 1,
    prefix,
    submission: "s1",
    state: "JOB_ERROR",
    outcome: "rejected",
    error: { code: "sbatch-refused", message: `told ${text}` },
    requester: { submitter: text },
    slurm: { jobId: "1", state: text, reason: text, nodes: text, nodeReason: text },
    stageIn: { ...carried, skipped: [{ path: text, reason: text }] },
    stageOut: { ...carried, skipped: [{ path: text, ...told }] },
    sbatchOptions: [text],
    notes: [{ code: "chdir-not-followed", values: { path: text } }],
    times: {},
  };
}

async function bucketOf(text: string): Promise<MemoryStore> {
  const store = new MemoryStore();
  const named = Buffer.from(text.replaceAll("/", "").slice(0, 40)).toString();
  for (const prefix of ["j", `j-${named}`]) {
    await store.put(`${prefix}/job-aws-stat.txt`, "JOB_ERROR\n", {
      metadata: { submission: "s1" },
    });
    await store.put(`${prefix}/job-aws-job.json`, formatRecord(recordOf(prefix, text)));
  }
  await store.put(`j/../${named}`, "x");
  await store.put(`j/${named}/x`, "x").catch(() => undefined);
  const detail = {
    schema: 1,
    time: new Date().toISOString(),
    state: "running",
    everySeconds: 60,
    version: text,
    startedAt: new Date().toISOString(),
    host: text,
    slurm: { state: "unreachable", detail: text },
    jobs: { active: 1, waiting: 1 },
  };
  await store.put(HEARTBEAT_KEY, JSON.stringify(detail));
  return store;
}

function thrown(text: string): Error {
  return Object.assign(new Error(text), { name: text, $metadata: {} });
}

async function contexts(ui: Ui, text: string) {
  const store = await bucketOf(text);
  const outage = new OutageNote(ui);
  const patience = new Patience(outage, async () => true);
  const held = { store, outage, patience };
  const jobs: Context = {
    ...ui,
    ...held,
    bucket: "b",
    random: () => "r",
    secret: () => "s",
    submitter: text,
  };
  const change = {
    version: 1,
    bucket: text,
    prefix: "j",
    submission: text,
    from: null,
    to: "JOB_ERROR",
    at: new Date().toISOString(),
    error: { code: "lost", message: text },
    requester: { submitter: text, account: text },
    commandId: text,
  };
  const refuse = () => Promise.reject(thrown(text));
  const admin = {
    ...ui,
    version: "1",
    packages: temporaryFolder(),
    region: refuse,
    describeOutputs: refuse,
    store: () => store,
    commands: refuse,
    filterLogs: async () =>
      async function* () {
        yield JSON.stringify({ message: "job state change", ...change });
      },
  } as unknown as AdminContext;
  const verb: VerbContext = {
    ui,
    global: {},
    verbs: VERBS,
    globalFlags: {},
    version: "1",
    jobs: async () => jobs,
    admin: async () => admin,
  };
  return { jobs, verb, refuse };
}

type Given = [args: object, flags: object];

/** How each verb is called; one that is new is asked for here by the test. */
const CALLS: Readonly<Record<string, (text: string) => Given>> = {
  run: (text) => [
    { path: scriptFolder(), sbatchOptions: [] },
    { prefix: "j", timeout: 5, to: join(temporaryFolder(), text.replaceAll(/[\0/]/g, "")) },
  ],
  submit: (text) => [{ path: [`./${text}`], sbatchOptions: [text] }, {}],
  wait: () => [{ prefix: ["j"] }, {}],
  fetch: () => [{ prefix: ["j"] }, { to: temporaryFolder() }],
  cancel: () => [{ prefix: ["j"] }, {}],
  rm: () => [{ prefix: ["j"] }, { yes: true }],
  prune: () => [{ pattern: undefined }, { older: "0s", yes: true }],
  "data put": (text) => [{ folder: temporaryFolder(), name: text }, {}],
  "data list": () => [{ pattern: undefined }, {}],
  "data rm": () => [{ name: ["j"] }, { yes: true }],
  sweep: (text) => [{ path: scriptFolder(), sbatchOptions: [] }, { set: [`a=${text}`] }],
  "sweep status": () => [{ name: "j" }, {}],
  list: () => [{ pattern: undefined }, {}],
  status: () => [{ prefix: ["j"] }, { explain: true }],
  logs: () => [{ prefix: "j" }, {}],
  audit: () => [{ prefix: "j" }, { stage: "x" }],
  "slurm install": (text) => [
    { folder: join(temporaryFolder(), text.replaceAll(/[\0/]/g, "")) },
    {},
  ],
  "slurm env": () => [{}, {}],
  doctor: () => [{}, {}],
  init: () => [{}, {}],
  completion: () => [{ shell: "bash" }, {}],
  "cluster-config": () => [{}, { stage: "x" }],
  "headnode publish": () => [{}, { stage: "x" }],
  "headnode install": () => [{}, { stage: "x" }],
  "headnode update": () => [{}, { stage: "x" }],
  "headnode status": () => [{}, { stage: "x" }],
  "headnode uninstall": () => [{}, { stage: "x" }],
};

/** Verbs that print nothing by the user's interface: Slurm's commands print by their own (cli/slurm), the fetcher nothing. */
const APART = ["slurm run", "slurm fetcher"];

test("every verb is called here", () => {
  const names = VERBS.map(({ name }) => name as string);
  expect(names.filter((name) => !APART.includes(name)).toSorted()).toEqual(
    Object.keys(CALLS).toSorted(),
  );
});

test.each(Object.keys(CALLS))(
  "%s shows what strangers wrote, and no terminal obeys it",
  async (name) => {
    const verb = VERBS.find((one) => one.name === name);
    await fc.assert(
      fc.asyncProperty(hostile, fc.boolean(), async (text, isTTY) => {
        const { ui, shown } = screen(isTTY);
        const { jobs, verb: context, refuse } = await contexts(ui, text);
        try {
          if (name === "doctor") {
            const asked = {
              nodeVersion: text,
              identity: refuse,
              inEffect: async () => [text],
              region: async () => text,
              waysToAws: refuse,
              probe: refuse,
              elapsed: () => 0,
              managedNodes: refuse,
              withNullJob: refuse,
            };
            await doctor(
              {
                ...jobs,
                version: text,
                jobs: async () => jobs,
                ...asked,
              },
              { timeout: 1 },
            );
          } else {
            const [args, flags] = CALLS[name]?.(text) ?? [{}, {}];
            await verb?.call(context, args, flags);
          }
        } catch (error) {
          reportError(error, sayEnglish, { json: false, write: (line) => ui.error(line) });
        }
        expect(shown()).not.toMatch(OBEYED);
        if (name === "status") expect(shown()).toMatch(/told /);
        return true;
      }),
      { numRuns: 25 },
    );
  },
);
