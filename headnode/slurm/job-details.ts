import type { JobRow } from "./job-rows.ts";
import { secondsTime } from "./times.ts";

/** Fields that squeue shows of a job besides where it is: for those who ask as they would ask Slurm. */
export interface JobDetails {
  name?: string;
  user?: string;
  partition?: string;
  account?: string;
  qos?: string;
  priority?: number;
  nodeCount?: number;
  cpus?: number;
  /** As squeue %m. */
  memory?: string;
  /** As squeue %l. */
  timeLimit?: string;
  submittedAt?: string;
}

/** Characters of a field that are told of: users choose names, and a plugin what else. */
const TEXT_MAX = 1024;

/** Details of a job in a row of squeue. What cannot be read is left out: nothing is decided by it. */
export function detailsOfRow(row: JobRow): JobDetails {
  const texts = {
    name: text(row.Name),
    user: text(row.UserName),
    partition: text(row.Partition),
    account: text(row.Account),
    qos: text(row.QOS),
    memory: text(row.MinMemory),
    timeLimit: text(row.TimeLimit),
    submittedAt: secondsTime(row.SubmitTime),
  };
  const numbers = {
    priority: number(row.PriorityLong),
    nodeCount: number(row.NumNodes),
    cpus: number(row.NumCPUs),
  };
  return Object.fromEntries(
    Object.entries({ ...texts, ...numbers }).filter(([, value]) => value !== undefined),
  );
}

/** Slurm writes `(null)` or nothing where there is none. */
function text(value: string): string | undefined {
  return value === "" || value === "(null)" || value === "N/A"
    ? undefined
    : value.slice(0, TEXT_MAX);
}

function number(value: string): number | undefined {
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
