import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Complaints of the real ParallelCluster about each of these configurations: its whole schema, and those of
 * its validators that ask nothing of AWS. The others (does the subnet exist, is there such an instance type)
 * run in `pcluster create-cluster --dryrun true`.
 */
export function parallelClusterComplaints(texts: readonly string[]): string[][] {
  const python = path("../../.local/venv/bin/python");
  if (!existsSync(python))
    throw new Error("ParallelCluster is missing: npm run setup brings it, once");
  const { status, stdout, stderr } = spawnSync(python, [path("parallelcluster.py")], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin", AWS_DEFAULT_REGION: "ap-northeast-1" },
  });
  if (status !== 0) throw new Error(`ParallelCluster cannot be asked: ${stderr}`);
  return JSON.parse(stdout) as string[][];
}
