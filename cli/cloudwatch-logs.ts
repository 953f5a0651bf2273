import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { CloudSubmitError } from "../protocol/error.ts";
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
        throw new CloudSubmitError(
          "config",
          `there is no log group ${group} in this account and region: say which with --stage, --log-group, --region and --profile`,
          { cause: error },
        );
      throw error;
    } finally {
      client.destroy();
    }
  };
}
