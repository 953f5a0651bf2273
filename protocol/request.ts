import * as z from "zod";
import { prefixSchema } from "./prefix.ts";
import { submissionSchema } from "./submission.ts";

/** Actions of a request to the Head Node. */
export const ACTIONS = ["run", "cancel"] as const;
export type Action = (typeof ACTIONS)[number];

/** Identifies a submission, wherever it comes in: it names files, keys, and Slurm's comment. */
export const submissionIdSchema = z.object({ prefix: prefixSchema, submission: submissionSchema });
export type SubmissionId = z.infer<typeof submissionIdSchema>;

/** Identifies a request to the Head Node, checked wherever it comes in. */
export const requestSchema = submissionIdSchema.extend({ action: z.enum(ACTIONS) });
export type RequestId = z.infer<typeof requestSchema>;

/** A request as one text, such as a key of a map. */
export function requestName({ prefix, action, submission }: RequestId): string {
  return `${prefix}/${action}-${submission}`;
}
