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

export const checkName = z.enum(CHECKS);

/** Result of one check. */
export const checkSchema = z.object({
  name: checkName.describe("what was looked at"),
  verdict: z
    .enum(["ok", "warning", "broken", "unknown"])
    .describe("unknown: it could not be checked with these permissions, or by this way"),
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

/** Looked at only where there is something to be said. */
const OCCASIONAL: ReadonlySet<string> = new Set(["network", "prefixes", "leftovers"]);
const DEEP: ReadonlySet<string> = new Set(["latency", "parts", "rate", "ssm", "job"]);

/** The checks that were not made although they belong to every run. */
export function notChecked(made: readonly Check[], isDeep: boolean): Check["name"][] {
  const names = new Set(made.map(({ name }) => name));
  return CHECKS.filter(
    (name) => !names.has(name) && !OCCASIONAL.has(name) && (isDeep || !DEEP.has(name)),
  );
}
