import * as z from "zod";
import { ACTIONS } from "../../protocol/objects.ts";
import { PREFIX_PATTERN } from "../../protocol/prefix.ts";
import { SUBMISSION_PATTERN } from "../../protocol/submission.ts";

const requestSchema = z.object({
  action: z.enum(ACTIONS),
  prefix: z.string().regex(PREFIX_PATTERN),
  submission: z.string().regex(SUBMISSION_PATTERN),
  requester: z
    .string()
    .regex(/^[A-Za-z0-9.-]{0,64}$/)
    .optional(),
  command: z
    .string()
    .regex(/^[a-f0-9-]{1,64}$/)
    .optional()
    .catch(undefined),
});
/** What hooks/request.sh writes. */
export type RequestMessage = z.infer<typeof requestSchema>;

const endingSchema = z.object({
  job: z.string().regex(/^\d{1,10}$/),
  task: z
    .string()
    .regex(/^\d{1,7}$/)
    .transform(Number)
    .optional()
    .catch(undefined),
  exit: z
    .string()
    .regex(/^\d{1,3}:\d{1,3}$/)
    .optional()
    .catch(undefined),
});
/** What hooks/slurm-ended.sh writes: a hint to look at this job; `exit` is `code:signal`. */
export type EndingMessage = z.infer<typeof endingSchema>;

/** The request in a spool file; undefined when it is none. */
export function parseRequest(text: string): RequestMessage | undefined {
  return requestSchema.safeParse(fields(text)).data;
}

/** The ending in a spool file; undefined when it is none. */
export function parseEnding(text: string): EndingMessage | undefined {
  return endingSchema.safeParse(fields(text)).data;
}

function fields(text: string): Record<string, string> {
  const pairs = text.split("\n").flatMap((line): [string, string][] => {
    const at = line.indexOf("=");
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
  });
  return Object.fromEntries(pairs);
}
