import * as z from "zod";
import { PREFIX_PATTERN } from "./prefix.ts";
import { SUBMISSION_PATTERN } from "./submission.ts";

/** Actions of a request to the Head Node; `check`: answer for a job that it is said to have. */
export const ACTIONS = ["run", "cancel", "check"] as const;
export type Action = (typeof ACTIONS)[number];

/** Identifies a request to the Head Node, checked wherever it comes in. */
export const requestSchema = z.object({
  action: z.enum(ACTIONS),
  prefix: z.string().regex(PREFIX_PATTERN),
  submission: z.string().regex(SUBMISSION_PATTERN),
});
export type RequestId = z.infer<typeof requestSchema>;
