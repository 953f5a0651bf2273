import { type Reason, reason } from "../protocol/reason.ts";

/**
 * The largest object, in bytes: 10,000 parts of 5 GiB, which is 48.8 TiB. Source: Amazon S3 User Guide,
 * "multipart upload limits" (5 TiB until December 2025).
 */
export const OBJECT_MAX = 10_000 * 5 * 2 ** 30;

/** Why a file of `size` bytes cannot become an object; undefined when it can. */
export function sizeProblem(size: bigint): Reason | undefined {
  return size > OBJECT_MAX ? reason("too-large", { max: "48.8 TiB" }) : undefined;
}
