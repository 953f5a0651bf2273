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
  "latency",
  "parts",
  "rate",
  "leftovers",
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
  measured: z
    .object({
      aheadSeconds: z.int().describe("this machine's clock, ahead of S3's"),
      medianMs: z.number().describe("until a small request is answered"),
      nameMs: z.number().describe("a new connection: to look up the name"),
      tcpMs: z.number().describe("a new connection: to connect"),
      tlsMs: z.number().describe("a new connection: the TLS handshake"),
      upBytesPerSecond: z.int().describe("in requests at once, as transfers make them"),
      downBytesPerSecond: z.int(),
    })
    .partial()
    .optional()
    .describe("the figures of the detail"),
});
export type Check = z.infer<typeof checkSchema>;
