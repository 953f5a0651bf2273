import * as z from "zod";

/** The things that are looked at, in order: each needs those before it. */
const CHECKS = [
  "node",
  "credentials",
  "settings",
  "region",
  "network",
  "bucket",
  "prefixes",
  "events",
  "objects",
  "clock",
  "agent",
  "ssm",
  "job",
] as const;

/** Result of one check. */
export const checkSchema = z.object({
  name: z.enum(CHECKS).describe("what was looked at"),
  verdict: z
    .enum(["ok", "warning", "broken", "unknown"])
    .describe("unknown: it could not be checked with these permissions"),
  detail: z.string(),
  fix: z.string().optional().describe("what to do about it"),
});
export type Check = z.infer<typeof checkSchema>;
