import type { S3Response } from "../s3-response.ts";
import type { Outgoing } from "./request-writer.ts";
import type { ResponseParser } from "./response-parser.ts";

/** A request that is under way. */
export interface Exchange extends Outgoing {
  parser: ResponseParser;
  response: S3Response | undefined;
  isPersistent: boolean;
  /** Ends when nothing more is given to the system, and nothing is taken from the body; undefined: that is so. */
  writing: Promise<void> | undefined;
  /** Whether the system has taken everything. */
  isSent: boolean;
  limit: NodeJS.Timeout | undefined;
  reject: (error: unknown) => void;
}
