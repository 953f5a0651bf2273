import * as z from "zod";
import { SYSTEM_FOLDER } from "./objects.ts";
import { parseJson } from "./parse-json.ts";

/** Key of the agent's heartbeat. Submitters may read it, so nothing in it is secret. */
export const HEARTBEAT_KEY = `${SYSTEM_FOLDER}heartbeat.json`;

const time = z.iso.datetime().describe("UTC, ISO 8601");
const count = z.int().nonnegative();

/** Nodes of a partition in one state, as a line of sinfo. */
const partitionNodesSchema = z.object({
  state: z.string().describe("as sinfo %T, with its sign"),
  count,
  names: z.string().describe("in Slurm's notation"),
  cpus: z.string().describe("of a node, as sinfo %c"),
  memoryMb: z.string().describe("as sinfo %m"),
  gres: z.string().describe("as sinfo %G"),
});

const partitionSchema = z.object({
  name: z.string(),
  isDefault: z.boolean(),
  state: z.string().describe("as sinfo %a"),
  timeLimit: z.string().describe("as sinfo %l"),
  nodes: z.array(partitionNodesSchema),
});
export type Partition = z.infer<typeof partitionSchema>;

/** A heartbeat names so many requests that could not be taken, the oldest ones. */
export const LEFT_MAX = 100;

/** The agent's status, written every minute, and once more when it stops. */
const heartbeatSchema = z.object({
  schema: z.literal(1),
  time: time.describe("when this was written"),
  state: z.enum(["running", "stopped"]).describe("stopped: the agent was told to end"),
  everySeconds: z.number().positive().describe("how long until the next one"),
  version: z.string().describe("version of the agent"),
  startedAt: time,
  host: z.string(),
  slurm: z.object({
    version: z.string().optional(),
    state: z.enum(["ok", "unreachable"]),
    detail: z.string().optional().describe("what Slurm said, when it is not ok"),
    minJobAgeSeconds: count.optional().describe("how long Slurm shows a job that has ended"),
    maxArraySize: count.optional().describe("one more than the highest id of a job array's task"),
  }),
  partitions: z
    .array(partitionSchema)
    .optional()
    .describe("what Slurm offers; absent: not known, or too long"),
  jobs: z.object({
    active: count.describe("submissions that have not ended"),
    waiting: count.describe("those of them that Slurm does not have yet"),
  }),
  looked: time
    .optional()
    .describe(
      "when the last look at the pending markers began: what was there by then is in hand, but for `left`",
    ),
  left: z
    .array(z.string())
    .max(LEFT_MAX)
    .optional()
    .describe("requests that this look has found and the agent could not take, by name"),
  lastReconcile: time.optional().describe("when the journal was last compared with Slurm"),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** After so many intervals without a heartbeat, the agent is taken for dead: one or two may get lost. */
const MISSED_MAX = 3;

/** Whether the agent was running when it wrote this, and has not missed several turns since. */
export function isAlive(heartbeat: Heartbeat, now: Date): boolean {
  const ageMs = now.getTime() - Date.parse(heartbeat.time);
  return heartbeat.state === "running" && ageMs <= silentAfter(heartbeat);
}

/** Milliseconds after which an agent that wrote this, and nothing since, is taken for dead. */
export function silentAfter({ state, everySeconds }: Heartbeat): number {
  return state === "running" ? everySeconds * MISSED_MAX * 1000 : 0;
}

/** A longer object is no heartbeat. */
export const HEARTBEAT_MAX_BYTES = 64 << 10;

/** The heartbeat in an object's text; undefined when invalid. */
export function parseHeartbeat(text: string): Heartbeat | undefined {
  return parseJson(heartbeatSchema, text);
}

/** The text of the heartbeat object. */
export function formatHeartbeat(heartbeat: Heartbeat): string {
  return `${JSON.stringify(heartbeat, null, 2)}\n`;
}
