import { firstNode } from "./known-fields.ts";
import type { SlurmJob } from "./slurm-job.ts";

/**
 * A path with the patterns of sbatch replaced, such as `slurm-%j.out`: `%A %a %j %J %N %n %s %t %u %x %%`, with a width that
 * numbers are filled up to. After `\` nothing is replaced. Source: sbatch(1), "filename pattern".
 */
export function expandPattern(path: string, job: SlurmJob): string {
  if (path.includes("\\")) return path.replaceAll("\\", "");
  const tasks = job.array?.tasks;
  const task = typeof tasks === "number" ? tasks : 4_294_967_294;
  const numbers: Readonly<Record<string, string>> = {
    A: job.id,
    a: String(task),
    j: job.id,
    J: job.id,
    n: "0",
    t: "0",
  };
  const texts: Readonly<Record<string, string>> = {
    N: firstNode(job.nodes) ?? "",
    s: "batch",
    u: job.user,
    x: job.name,
    "%": "%",
  };
  return path.replace(/%(\d{0,2})([a-zA-Z%])/g, (all: string, wide: string, letter: string) => {
    const number = numbers[letter];
    if (number !== undefined) return number.padStart(Math.min(Number(wide), 10), "0");
    return texts[letter] ?? all;
  });
}
