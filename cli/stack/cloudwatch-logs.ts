import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { CommandError } from "../errors/command-error.ts";
import type { FilterLogs, LogQuery } from "./audit-log.ts";

/** Clocks closer than this are the same: an answer tells whole seconds, and takes some time. Milliseconds. */
const SAME_MS = 60_000;

/** FilterLogs on the SDK. Where this machine's clock is wrong, the first answer sets it right, and what it brought is asked for anew. */
export function filterLogsOfCloudWatch(settings: CloudWatchLogsClientConfig): FilterLogs {
  return async function* filterLogs(query) {
    const { group } = query;
    const client = new CloudWatchLogsClient(settings);
    try {
      yield* messages(client, query, timeOfAnswers(client));
    } catch (error) {
      if (error instanceof ResourceNotFoundException)
        throw new CommandError("config", (say) => say("problem.noLogGroup", { group }), {
          cause: error,
        });
      throw error;
    } finally {
      client.destroy();
    }
  };
}

async function* messages(
  client: CloudWatchLogsClient,
  { group, pattern, since, now }: LogQuery,
  theirs: () => number | undefined,
): AsyncGenerator<string> {
  const asked = since(now);
  let from = asked.getTime();
  const pages = (startTime: number) =>
    paginateFilterLogEvents({ client }, { logGroupName: group, filterPattern: pattern, startTime });
  let isFirst = true;
  let answers = pages(from);
  for (;;) {
    const { done, value } = await answers.next();
    if (done) return;
    if (isFirst) {
      isFirst = false;
      const time = theirs() ?? now.getTime();
      if (Math.abs(time - now.getTime()) >= SAME_MS) from = since(new Date(time)).getTime();
      if (from < asked.getTime()) {
        answers = pages(from);
        continue;
      }
    }
    for (const { message, timestamp = from } of value.events ?? [])
      if (message !== undefined && timestamp >= from) yield message;
  }
}

/** The `Date` of the last answer that a client had, also of a refusal, in milliseconds since 1970; undefined: none has told it. */
function timeOfAnswers(client: CloudWatchLogsClient): () => number | undefined {
  let date: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Readonly<Record<string, string>> };
      date = headers?.["date"] ?? date;
      return result;
    },
    { name: "hearDate", step: "deserialize", priority: "low" },
  );
  return () => {
    const time = Date.parse(date ?? "");
    return Number.isNaN(time) ? undefined : time;
  };
}
