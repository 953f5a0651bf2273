import { simulatedGoals } from "../simulate/goals.ts";
import type { SimulatedRun, SimulateResults } from "../simulate/results.ts";
import { verdict } from "../verdict.ts";
import { table } from "./markdown.ts";
import { plot } from "./plot.ts";

const NAMES: Record<SimulatedRun["design"], string> = {
  "command-each": "a command for each job",
  doorbell: "the bucket as the queue",
};

/** The blocks about the simulation. */
export function simulateBlocks(results: SimulateResults): Record<string, string> {
  const { commit, seed, runs, quotas } = results;
  const seconds = (value: number) => value.toFixed(1);
  return {
    "simulate-setting": `Commit ${commit}, seeds from ${seed} on; of five runs, one of the 50,000, the one in which the last request was taken latest.`,
    "simulate-goals": table(
      ["measure", "goal", "result", ""],
      simulatedGoals(results).map((goal) => [goal.what, goal.goal, goal.found, verdict(goal)]),
    ),
    "simulate-runs": table(
      [
        "jobs at once",
        "design",
        "half taken by the agent, s",
        "last taken, s",
        "another's one job: taken after, s",
        "its sbatch after, s",
        "last sbatch, s",
        "last job ended, s",
        "SSM commands",
        "SendCommand calls throttled",
        "calls of dispatch",
        "events that came again, no function being free",
        "pages of pending requests listed",
        "requests that remove markers",
      ],
      runs.map((run) => [
        run.jobs.toLocaleString("en"),
        NAMES[run.design] + (run.what && `; ${run.what}`),
        seconds(run.taken.p50),
        seconds(run.taken.last),
        seconds(run.other.taken),
        seconds(run.other.submitted),
        seconds(run.submittedLast),
        seconds(run.endedLast),
        ...[
          run.commands,
          run.commandsRefused,
          run.calls,
          run.callsThrottled,
          run.listed,
          run.removals,
        ].map((count) => count.toLocaleString("en")),
      ]),
    ),
    "simulate-quotas": table(
      ["what", "value", "source"],
      quotas.map(({ what, value, unit, source }) => [
        what,
        `${value.toLocaleString("en")} ${unit}`.trim(),
        source,
      ]),
    ),
  };
}

/** The plots about the simulation, by file name. */
export function simulatePlots({ runs }: SimulateResults): Record<string, string> {
  return {
    "simulate.svg": plot({
      title: "Requests taken by the agent, all asked for at once (simulated)",
      kind: "line",
      logarithmic: true,
      x: "seconds",
      y: "jobs",
      series: runs
        .filter(({ what }) => what === "")
        .map((run) => ({
          name: `${run.jobs.toLocaleString("en")}: ${NAMES[run.design]}`,
          data: run.curve.filter(([second]) => second > 0),
        })),
    }),
  };
}
