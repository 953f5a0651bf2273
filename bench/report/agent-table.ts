import { goalsByName } from "../cloud/goals.ts";
import type { CloudResults } from "../cloud/results.ts";
import { goalCell } from "../verdict.ts";
import { ms, table } from "./markdown.ts";

/** The agent at rest, its hooks and its start. */
export function agentTable(results: CloudResults): string {
  const { agent } = results;
  const goal = goalsByName(results);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const { request, slurmEnded, nothing } = agent.hookMs;
  const finished = `${agent.startMs.entries.toLocaleString("en")} finished jobs in the journal`;
  return table(
    ["measure", "result", "goal"],
    [
      [
        `idle CPU, over ${agent.idleSeconds} s`,
        `${(agent.idleCpu * 100).toFixed(2)} % of a core`,
        goalCell(goal.cpu),
      ],
      ["idle S3 requests per minute", agent.idleRequestsPerMinute.toFixed(1), ""],
      [
        "of those for jobs, in the whole time",
        `${agent.idleJobRequests}`,
        goalCell(goal.jobRequests),
      ],
      ["idle memory, newly started", megabytes(agent.freshMemoryBytes.median), ""],
      [
        "idle memory, after all of the above",
        megabytes(agent.idleMemoryBytes),
        goalCell(goal.memory),
      ],
      [
        "the same ÷ newly started",
        (agent.idleMemoryBytes / agent.freshMemoryBytes.median).toFixed(2),
        goalCell(goal.memoryRatio),
      ],
      [
        "SSM hook (in brackets: a shell that does nothing)",
        `${request.median.toFixed(1)} ms (${nothing.median.toFixed(1)})`,
        goalCell(goal.requestHook),
      ],
      ["Slurm hook", `${slurmEnded.median.toFixed(1)} ms`, goalCell(goal.endedHook)],
      ["start with an empty journal", `${ms(agent.startMs.emptyJournal.median)} ms`, ""],
      [`start with ${finished}`, `${ms(agent.startMs.fullJournal.median)} ms`, ""],
      [
        "reads during these starts, empty and full journal (goal: their ratio)",
        `${agent.startReads.emptyJournal.median.toFixed(0)}, ${agent.startReads.fullJournal.median.toFixed(0)}`,
        goalCell(goal.startReads),
      ],
    ],
  );
}
