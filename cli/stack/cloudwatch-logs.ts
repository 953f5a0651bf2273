import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { CommandError } from "../errors/command-error.ts";
import type { FilterLogs } from "./audit-log.ts";

/** FilterLogs on the SDK. */
export function filterLogsOfCloudWatch(settings: CloudWatchLogsClientConfig): FilterLogs {
  return async function* filterLogs({ group, pattern, since }) {
    const client = new CloudWatchLogsClient(settings);
    try {
      const pages = paginateFilterLogEvents(
        { client },
        { logGroupName: group, filterPattern: pattern, startTime: since.getTime() },
      );
      for await (const { events } of pages)
        for (const { message } of events ?? []) if (message !== undefined) yield message;
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
