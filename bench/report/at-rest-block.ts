import { requestsPerHour } from "../cloud/at-rest.ts";
import { goalsByName, REST } from "../cloud/goals.ts";
import type { CloudResults } from "../cloud/results.ts";
import { goalCell } from "../verdict.ts";
import { table } from "./markdown.ts";

/** Requests to S3 in an hour in which no job is open. */
export function atRestBlock(results: CloudResults): string {
  const { agent, atRest } = results;
  const agentPerHour = agent.idleRequestsPerMinute * 60;
  return [
    `${atRest.jobs.toLocaleString("en")} jobs have ended, with ${atRest.objects.toLocaleString("en")} objects.`,
    "",
    table(
      [
        "who",
        "calls an hour",
        "S3 requests of one",
        "pages of jobs listed",
        "S3 requests an hour",
        "goal",
      ],
      [
        ["agent", "", "", "", agentPerHour.toFixed(0), ""],
        ...atRest.calls.map(({ name, callsPerHour, s3Requests, pages }) => [
          name.replaceAll("|", "\\|"),
          `${callsPerHour}`,
          `${s3Requests}`,
          `${pages}`,
          (callsPerHour * s3Requests).toFixed(0),
          "",
        ]),
        [
          `all, ${REST.jobs.toLocaleString("en")} jobs ended: the slow look at its budget`,
          "",
          "",
          "",
          requestsPerHour(atRest, agent.idleRequestsPerMinute, REST.jobs).toFixed(0),
          goalCell(goalsByName(results).restRequests),
        ],
      ],
    ),
  ].join("\n");
}
