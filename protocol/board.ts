import * as z from "zod";
import { readKeySchema } from "./manifest.ts";
import { SYSTEM_FOLDER } from "./objects.ts";
import { OUTCOMES } from "./outcome.ts";
import { parseJson } from "./parse-json.ts";
import { submissionSchema } from "./submission.ts";

/**
 * Metadata key of the status object: the board that the submission is shown on. A board's name is 128 bits by chance, made
 * once by the client of one user; whoever knows it may read the board.
 */
export const BOARD_METADATA = "board";

export const boardIdSchema = readKeySchema;

/** The board that a status object's metadata names; undefined: none, or none that can be one. */
export function boardOf(metadata: Readonly<Record<string, string>>): string | undefined {
  return boardIdSchema.safeParse(metadata[BOARD_METADATA]).data;
}

/** Where boards are. */
export const BOARDS_FOLDER = `${SYSTEM_FOLDER}boards/`;

/** Key of a board. Submitters may read it; those who have prefixes of their own cannot list boards. */
export function boardKey(board: string): string {
  return `${BOARDS_FOLDER}${board}.json`;
}

const time = z.iso.datetime().describe("UTC, ISO 8601");
const count = z.int().nonnegative();

/** Standing of a job, or of some tasks of a job array. Words are Slurm's own. */
const standing = {
  state: z.string().describe("Slurm's word, such as PENDING"),
  reason: z.string().optional(),
  nodes: z.string().optional().describe("node list in Slurm's notation"),
  startedAt: time.optional(),
  endedAt: time.optional(),
  exitCode: z.int().min(0).max(255).optional(),
  signal: count.optional(),
};

const boardTasksSchema = z.object({
  ids: z.string().describe("as ranges, such as 13,17-19"),
  ...standing,
});

/** One submission on a board. */
export const boardJobSchema = z.object({
  submission: submissionSchema,
  slurmJobId: z.string().regex(/^\d+$/).optional().describe("absent: Slurm does not have it yet"),
  ...standing,
  name: z.string().optional(),
  user: z.string().optional(),
  partition: z.string().optional(),
  account: z.string().optional(),
  qos: z.string().optional(),
  priority: count.optional(),
  nodeCount: count.optional(),
  cpus: count.optional(),
  memory: z.string().optional().describe("least memory, as squeue %m"),
  timeLimit: z.string().optional().describe("as squeue %l"),
  submittedAt: time.optional(),
  restarts: count.optional(),
  tasks: z.array(boardTasksSchema).optional().describe("of a job array, all of them"),
  final: z.boolean().describe("the final state is in the bucket, and so is every result"),
  outcome: z.enum(OUTCOMES).optional(),
  error: z.string().optional().describe("why it did not run, or which results did not come back"),
});
export type BoardJob = z.infer<typeof boardJobSchema>;
export type BoardTasks = z.infer<typeof boardTasksSchema>;
export type Standing = Omit<BoardTasks, "ids">;

const boardSchema = z.object({
  version: z.literal(1),
  time: time.describe("when this was written"),
  jobs: z.array(boardJobSchema).describe("those that have not ended, and the last that have"),
});
/** The jobs of one user, as the agent saw them last. Written by the agent alone. */
export type Board = z.infer<typeof boardSchema>;

/** A board tells of so many jobs that have ended at most, the last ones, */
export const BOARD_ENDED_MAX = 2000;
/** and for so long, milliseconds. */
export const BOARD_ENDED_MS = 7 * 24 * 3_600_000;

/** A longer object is no board. */
export const BOARD_MAX_BYTES = 16 << 20;

/** The board in an object's text; undefined when invalid. */
export function parseBoard(text: string): Board | undefined {
  return parseJson(boardSchema, text);
}

/** The text of a board object. */
export function formatBoard(board: Omit<Board, "version">): string {
  return `${JSON.stringify({ version: 1, ...board })}\n`;
}
