import type { Goal } from "../goal.ts";
import type { SimulateResults } from "./results.ts";

/** To be reached with so many jobs at once. */
const TAKEN_SECONDS = new Map([
  [500, 15],
  [5000, 60],
]);
const COMMANDS = new Map([[500, 100]]);

/** Compares what was simulated of the design as it is with what was to be reached. */
export function simulatedGoals({ runs }: SimulateResults): Goal[] {
  const now = runs.filter(({ design, what }) => design === "doorbell" && what === "");
  const all = (what: string, goals: ReadonlyMap<number, number>, unit: string, of: Measure) =>
    now.flatMap((run): Goal[] => {
      const goal = goals.get(run.jobs);
      const found = of(run);
      if (goal === undefined) return [];
      return [
        {
          what: `simulated, ${run.jobs.toLocaleString("en")} at once: ${what}`,
          goal: `≤ ${goal}${unit}`,
          found: `${found.toFixed(unit === "" ? 0 : 1)}${unit}`,
          reached: found <= goal,
          exact: true,
        },
      ];
    });
  return [
    ...all("the agent has the last request", TAKEN_SECONDS, " s", ({ taken }) => taken.last),
    ...all("SSM commands", COMMANDS, "", ({ commands }) => commands),
  ];
}

type Measure = (run: SimulateResults["runs"][number]) => number;
