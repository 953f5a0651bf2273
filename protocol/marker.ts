import * as z from "zod";
import { ACTIONS } from "./objects.ts";
import { requesterSchema } from "./record.ts";

/** A pending marker: what was asked of the Head Node and is not answered yet. */
export const pendingMarkerSchema = z.object({
  version: z.literal(1),
  prefix: z.string(),
  submission: z.string(),
  action: z.enum(ACTIONS),
  requestedAt: z.iso.datetime().describe("when the status object was written"),
  requester: requesterSchema.optional(),
  heard: z.iso
    .datetime()
    .optional()
    .describe("when the agent last said that it has the request and is at work on it"),
  attempts: z.int().positive().default(1).describe("how often a command was sent at once"),
  dispatcher: z
    .string()
    .describe("Lambda request id: its own retry may send again, another may not"),
});
export type PendingMarker = z.infer<typeof pendingMarkerSchema>;
