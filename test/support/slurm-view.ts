import { type JobFile, jobFileSchema } from "../../cli/slurm/job-file.ts";
import { SlurmError } from "../../cli/slurm/slurm-error.ts";
import type { ViewCommand, ViewWorld } from "../../cli/slurm/view/view-world.ts";
import type { Board, BoardJob } from "../../protocol/board.ts";
import type { Heartbeat, Partition } from "../../protocol/heartbeat.ts";

/** A time of 31 January 2026 in the local zone, so that what is printed is the same in every zone. */
export function at(hours: number, minutes = 0, seconds = 0, day = 31): string {
  return new Date(2026, 0, day, hours, minutes, seconds).toISOString();
}

/** When the commands are called: 13:05:09. */
export const NOW = new Date(at(13, 5, 9));

/** A job that was sent at 12:00, and what the board tells of it, if anything. */
export interface Sent {
  file: JobFile;
  board?: BoardJob;
}

/** A job with this id; `asked` and `file` are put over usual values, `told` is on the board. */
export function sent(
  id: string,
  told?: Partial<BoardJob>,
  { asked, ...file }: Partial<Omit<JobFile, "asked">> & { asked?: Partial<JobFile["asked"]> } = {},
): Sent {
  const submission = `20260131T120000Z-${id.padStart(12, "0")}`;
  const job = jobFileSchema.parse({
    version: 1,
    id,
    bucket: "bucket",
    prefix: `job${id}`,
    submission,
    board: "a".repeat(22),
    origins: [{ path: "/home/ann/project", at: "" }],
    isOpen: false,
    submittedAt: at(12),
    results: "waiting",
    ...file,
    asked: {
      name: "train",
      user: "ann",
      options: [],
      command: "/home/ann/project/train.sh",
      workDir: "/home/ann/project",
      stdout: "/home/ann/project/slurm-%j.out",
      ...asked,
    },
  });
  if (!told) return { file: job };
  const board: BoardJob = {
    submission,
    slurmJobId: id,
    state: "PENDING",
    name: job.asked.name,
    partition: "queue1",
    account: "lab",
    qos: "normal",
    priority: 4_294_901_700,
    nodeCount: 1,
    cpus: 4,
    memory: "2G",
    timeLimit: "1:00:00",
    submittedAt: at(12, 0, 2),
    final: false,
    ...told,
  };
  return { file: job, board };
}

/** A job that has run since 13:00 on queue1-dy-a-1. */
export const RUNNING: Partial<BoardJob> = {
  state: "RUNNING",
  nodes: "queue1-dy-a-1",
  startedAt: at(13),
};

/** One that ran from 12:30 to 12:40 and is over. */
export const ENDED: Partial<BoardJob> = {
  state: "COMPLETED",
  nodes: "queue1-dy-a-1",
  startedAt: at(12, 30),
  endedAt: at(12, 40),
  exitCode: 0,
  signal: 0,
  final: true,
  outcome: "completed",
};

/** Results are here since 13:04. */
export const FETCHED = { results: "fetched", resultsAt: at(13, 4) } as const;

/** Partitions as an agent tells of them. */
export const PARTITIONS: Partition[] = [
  {
    name: "queue1",
    isDefault: true,
    state: "up",
    timeLimit: "infinite",
    nodes: [
      {
        state: "idle~",
        count: 8,
        names: "queue1-dy-a-[2-9]",
        cpus: "4",
        memoryMb: "7782",
        gres: "(null)",
      },
      {
        state: "mixed",
        count: 1,
        names: "queue1-dy-a-1",
        cpus: "4",
        memoryMb: "7782",
        gres: "(null)",
      },
    ],
  },
  {
    name: "gpu",
    isDefault: false,
    state: "up",
    timeLimit: "1-00:00:00",
    nodes: [
      {
        state: "down*",
        count: 1,
        names: "gpu-st-g-1",
        cpus: "8",
        memoryMb: "31129",
        gres: "gpu:t4:1",
      },
    ],
  },
];

/** The outcome of a call. */
export interface Shown {
  exitCode: number;
  out: string;
  err: string;
  /** Requests to S3. */
  requests: string[];
}

/** Calls a command in a world of these jobs, and with a cluster of these partitions. */
export async function show(
  command: ViewCommand,
  args: readonly string[],
  jobs: readonly Sent[] = [],
  more: {
    env?: Record<string, string>;
    heartbeat?: Partial<Heartbeat> | undefined;
    reread?: ViewWorld["source"]["reread"];
    board?: () => Promise<Board | undefined>;
    /** Of jobs that ask for none. */
    usualPartition?: string;
    /** The cloud's clock, and this machine's; both are right by themselves. */
    now?: () => Date;
    ownNow?: () => Date;
  } = {},
): Promise<Shown> {
  const shown: Shown = { exitCode: 0, out: "", err: "", requests: [] };
  const ask = <T>(name: string, answer: T): T => {
    shown.requests.push(name);
    return answer;
  };
  const told = jobs.flatMap(({ board }) => (board ? [board] : []));
  const world: ViewWorld = {
    source: {
      files: async () => jobs.map(({ file }) => file),
      board:
        more.board ??
        (async () => ask("board", { version: 1 as const, time: NOW.toISOString(), jobs: told })),
      reread: more.reread ?? (async (file) => ask(`record ${file.id}`, file)),
      usualPartition: async () => more.usualPartition,
      heartbeat: async () =>
        ask(
          "heartbeat",
          "heartbeat" in more && more.heartbeat === undefined
            ? undefined
            : heartbeat(more.heartbeat),
        ),
    },
    user: { name: "ann", uid: 1000, group: "staff", gid: 50, host: "desk" },
    env: more.env ?? {},
    userExists: async (name) => ["ann", "1000", "bob", "1001"].includes(name),
    groupExists: async (name) => ["staff", "50"].includes(name),
    now: more.now ?? (() => NOW),
    ownNow: more.ownNow ?? (() => NOW),
    out: (text) => {
      shown.out += text;
    },
    err: (text) => {
      shown.err += text;
    },
  };
  try {
    shown.exitCode = await command(args, world);
  } catch (error) {
    if (!(error instanceof SlurmError)) throw error;
    shown.exitCode = error.exitCode;
    shown.err += error.lines.map((line) => `${line}\n`).join("");
  }
  return shown;
}

/** A heartbeat of a moment ago. */
export function heartbeat(over: Partial<Heartbeat> = {}): Heartbeat {
  return {
    schema: 1,
    time: NOW.toISOString(),
    state: "running",
    everySeconds: 60,
    version: "0.1.0",
    startedAt: at(8),
    host: "head",
    slurm: { version: "slurm 24.05.8", state: "ok", minJobAgeSeconds: 300 },
    partitions: PARTITIONS,
    jobs: { active: 0, waiting: 0 },
    ...over,
  };
}
