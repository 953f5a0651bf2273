import type { RequestId } from "../../protocol/request.ts";

/** Characters that SSM takes as a command's comment. */
const COMMENT_LENGTH = 100;

/** The comment of a request's command: for people, and which attempt it is, which nothing else remembers. */
export function commentOf({ action, prefix }: RequestId, attempt: number): string {
  const which = attempt > 1 ? `attempt ${attempt}: ` : "";
  return `${which}${action} ${prefix}`.slice(0, COMMENT_LENGTH);
}

/** Which attempt a command with this comment is. */
export function attemptOf(comment: string): number {
  return Number(/^attempt (\d{1,3}): /.exec(comment)?.[1] ?? 1);
}
