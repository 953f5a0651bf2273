import * as z from "zod";

/** What one check found. */
export const checkSchema = z.object({
  name: z.string().describe("what was looked at; a closed set"),
  verdict: z
    .enum(["ok", "warning", "broken", "unknown"])
    .describe("unknown: it could not be checked with these permissions"),
  detail: z.string(),
  fix: z.string().optional().describe("what to do about it"),
});
export type Check = z.infer<typeof checkSchema>;

/** The things that are looked at, in order: each needs those before it. */
export const CHECKS = [
  "node",
  "settings",
  "credentials",
  "region",
  "bucket",
  "events",
  "objects",
  "clock",
  "agent",
  "job",
] as const;
export type CheckName = (typeof CHECKS)[number];
