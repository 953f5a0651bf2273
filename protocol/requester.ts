import * as z from "zod";

/** Who asked: what S3 says of the caller, and what the CLI says of itself. */
export const requesterSchema = z.object({
  account: z.string().optional().describe("AWS account id as S3 reports it"),
  submitter: z.string().optional().describe("user@host as the CLI reports it; not verified"),
});
export type Requester = z.infer<typeof requesterSchema>;

/** Metadata key of the status object in which the CLI says who submits, as `user@host`. */
const SUBMITTER_METADATA = "submitter";

/** Longest submitter in characters. */
const SUBMITTER_MAX_LENGTH = 256;

/** A caller as S3 may report it: an account id, or a service's host name when a service wrote the object. */
export const ACCOUNT_PATTERN = /^[A-Za-z0-9.-]{0,64}$/;

/** The metadata for a submitter. HTTP headers carry ASCII only, and S3 takes 2 KB of metadata in all. */
export function submitterMetadata(submitter: string): Record<string, string> {
  const text = submitter.replace(/[^\x21-\x7e]/g, "?").slice(0, SUBMITTER_MAX_LENGTH);
  return { [SUBMITTER_METADATA]: text };
}

/**
 * Who asked for what a status object says.
 *
 * @param account as S3 reports it
 * @param metadata of the status object
 */
export function requesterOf(
  account: string | undefined,
  metadata: Readonly<Record<string, string>>,
): Requester {
  const submitter = metadata[SUBMITTER_METADATA]?.slice(0, SUBMITTER_MAX_LENGTH);
  return {
    ...(account && ACCOUNT_PATTERN.test(account) && { account }),
    ...(submitter !== undefined && { submitter }),
  };
}
