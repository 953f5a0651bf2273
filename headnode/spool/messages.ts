import * as z from "zod";
import { requestSchema } from "../../protocol/request.ts";
import { ACCOUNT_PATTERN } from "../../protocol/requester.ts";
import { submissionOfComment } from "../../protocol/submission.ts";

/** A field that counts as missing where it is of another form. */
const text = (form: RegExp) => z.string().regex(form).optional().catch(undefined);
/** The same of a number. */
const number = (form: RegExp) =>
  z.string().regex(form).transform(Number).optional().catch(undefined);

const messageSchema = requestSchema.extend({
  requester: z.string().regex(ACCOUNT_PATTERN).optional(),
  command: text(/^[a-f0-9-]{1,64}$/),
});
/** Message of hooks/request.sh. */
export type RequestMessage = z.infer<typeof messageSchema>;

const endingSchema = z.object({
  job: z.string().regex(/^\d{1,10}$/),
  task: number(/^\d{1,7}$/),
  tasks: number(/^\d{1,7}$/),
  exit: text(/^\d{1,3}:\d{1,3}$/),
  restarts: number(/^\d{1,9}$/),
  id: text(/^\d{1,10}$/),
  user: number(/^\d{1,10}$/),
  comment: z.string().transform(submissionOfComment).optional(),
  stderr: z
    .string()
    .transform((pattern) => (pattern === "" ? undefined : pattern))
    .optional(),
});
/**
 * Message of hooks/slurm-ended.sh: a hint to look at this job; `exit` is `code:signal`, `restarts` how often the job, or
 * its task, had been put back into the queue, `tasks` how many tasks the array has, `id` the task's own job id, `user`
 * the number of the job's user, `comment` the submission that its comment names, and `stderr` the pattern of the file that its
 * errors go to, where the job names one.
 */
export type EndingMessage = z.infer<typeof endingSchema>;

/** Whether a spool file is a question after a job, which earlier versions asked: nobody waits for an answer any more. */
export function isQuestion(text: string): boolean {
  return fields(text).action === "check";
}

/** The request in a spool file; undefined when invalid. */
export function parseRequest(text: string): RequestMessage | undefined {
  return messageSchema.safeParse(fields(text)).data;
}

/** The ending in a spool file; undefined when invalid. */
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
