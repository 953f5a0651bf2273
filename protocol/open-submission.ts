import * as z from "zod";
import { INPUTS_MAX, inputSchema } from "./manifest.ts";
import { parseJson } from "./parse-json.ts";
import { submissionSchema } from "./submission.ts";

/**
 * Metadata key of the status object for a submission that is still open when it is asked for: Slurm gets the job at once,
 * held, so that it has its id; the runs that it begins after, and further inputs, are waited for then. The value is `1`.
 */
export const OPEN_METADATA = "open";

/** Whether a status object asks for an open submission. */
export function isOpen(metadata: Readonly<Record<string, string>>): boolean {
  return metadata[OPEN_METADATA] === "1";
}

/** So long the closing object of an open submission is waited for, from sbatch on, milliseconds. Then the job begins without. */
export const OPEN_MS = 120_000;

/** The last inputs of an open submission. Written by the client, once. */
const closingSchema = z.strictObject({
  version: z.literal(1),
  submission: submissionSchema,
  inputs: z.array(z.unknown()).max(INPUTS_MAX).pipe(z.array(inputSchema)),
});

/** The end of an open submission: inputs in addition to, or in place of, those of its manifest. */
export type Closing = z.infer<typeof closingSchema>;

/** A longer object closes nothing. */
export const CLOSING_MAX_BYTES = 8 << 20;

/** The closing object in a text; undefined when it is none. */
export function parseClosing(text: string): Closing | undefined {
  return parseJson(closingSchema, text);
}

/** The text of a closing object. */
export function formatClosing(closing: Omit<Closing, "version">): string {
  return `${JSON.stringify({ version: 1, ...closing })}\n`;
}
