import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REQUESTS_PER_LOOK } from "../../functions/requests/slow-look.ts";
import { SYSTEM_FOLDER } from "../../protocol/objects.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { runAws } from "./old-design.ts";

/** Requests to S3 of one scheduled call of a function. */
export interface ScheduledCall {
  name: string;
  callsPerHour: number;
  /** Of one call, in a bucket with nothing open. */
  s3Requests: number;
  /** Of those, pages of a listing of the jobs themselves. */
  pages: number;
}

/** Requests of the functions in a bucket in which nothing is open. */
export interface AtRestResults {
  /** Jobs that have ended, and their objects. */
  jobs: number;
  objects: number;
  calls: ScheduledCall[];
}

interface Rule {
  Name: string;
  ScheduleExpression?: string;
}

/** Objects of a job with some input files and results, as far as it goes by that. */
const OBJECTS_OF_A_JOB = 13;
/** Source: S3 API Reference, ListObjectsV2. */
const KEYS_PER_PAGE = 1000;

/**
 * All requests to S3 in an hour: the functions' by count, the agent's by its rate. Only the pages of the slow look depend
 * on how many jobs have ended, up to its budget.
 *
 * @param jobs that have ended
 */
export function requestsPerHour(
  { calls }: Pick<AtRestResults, "calls">,
  agentPerMinute: number,
  jobs: number,
): number {
  const pages = Math.min(REQUESTS_PER_LOOK, Math.ceil((jobs * OBJECTS_OF_A_JOB) / KEYS_PER_PAGE));
  const requests = (each: ScheduledCall) =>
    each.s3Requests - each.pages + (each.pages > 0 ? pages : 0);
  return calls.reduce((sum, each) => sum + each.callsPerHour * requests(each), agentPerMinute * 60);
}

/** Calls each function once that is called at intervals, with the input that its schedule gives it, and counts. */
export function functionsAtRest(
  cloud: MeasuredCloud,
  jobs: number,
  objectsOfAJob: number,
): AtRestResults {
  const { Rules } = JSON.parse(runAws(cloud, "events list-rules", {})) as { Rules: Rule[] };
  const scheduled = Rules.filter(({ ScheduleExpression }) => ScheduleExpression);
  const calls = scheduled.flatMap(({ Name, ScheduleExpression = "" }) => {
    const answer = runAws(cloud, "events list-targets-by-rule", { rule: Name });
    const { Targets } = JSON.parse(answer) as { Targets: { Arn: string; Input?: string }[] };
    return Targets.map(({ Arn, Input = "{}" }): ScheduledCall => {
      const name = Arn.split(":").at(-1) ?? "";
      cloud.s3.take();
      invoke(cloud, name, Input);
      const requests = cloud.s3.take().filter(({ side }) => side === "functions");
      return {
        name: `${name.replace(/^cloud-submit-local-/, "")} ${Input}`,
        callsPerHour: callsPerHour(ScheduleExpression),
        s3Requests: requests.length,
        pages: requests.filter(
          ({ operation, key }) => operation === "list" && !key.startsWith(SYSTEM_FOLDER),
        ).length,
      };
    });
  });
  return { jobs, objects: jobs * objectsOfAJob, calls };
}

function invoke(cloud: MeasuredCloud, name: string, payload: string): void {
  const folder = mkdtempSync(join(tmpdir(), "cloud-submit-bench-"));
  const file = join(folder, "answer");
  try {
    const answer = runAws(cloud, `lambda invoke ${file}`, {
      "function-name": name,
      payload,
    });
    const { FunctionError } = JSON.parse(answer) as { FunctionError?: string };
    if (FunctionError) throw new Error(`${name} has failed: ${readFileSync(file, "utf8")}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * How often a rate comes in an hour. Source: EventBridge User Guide, rate expressions.
 * @throws Error for another expression
 */
export function callsPerHour(expression: string): number {
  const [, every, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit ?? ""];
  if (hours === undefined) throw new Error(`${expression} is no rate of minutes, hours or days`);
  return 1 / (Number(every) * hours);
}
