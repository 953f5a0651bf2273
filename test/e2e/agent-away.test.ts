import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { decodeEntry, encodeEntry } from "../../headnode/journal/entry-file.ts";
import type { JobEntry } from "../../headnode/journal/job-entry.ts";
import { up } from "../../local/cloud.ts";
import {
  ask,
  eventually,
  localConfig,
  newPrefix,
  record,
  runTool,
  sbatchCount,
  text,
  untilState,
  upload,
} from "../support/local-cloud.ts";

/** Until Slurm forgets a job, which it does at its next look for such ones. */
const FORGETS_TIMEOUT_MS = 100_000;

const conf = localConfig.slurmConf;
const usual = () => readFileSync(conf, "utf8").replace(/^MinJobAge=.*$/m, "MinJobAge=300");

afterAll(async () => {
  writeFileSync(conf, usual());
  await runTool("scontrol", ["reconfigure"]);
  await up();
});

/** Kills the agent, and waits until it is gone. */
async function killAgent(): Promise<void> {
  const { pid } = JSON.parse(readFileSync(join(localConfig.headNode, "agent.json"), "utf8")) as {
    pid: number;
  };
  process.kill(pid, "SIGKILL");
  await eventually("the agent is gone", async () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
}

/** Changes the journal to the one of an agent that has died before it heard of the job's id; tells that id. */
function forgetId(prefix: string): string {
  const folder = join(localConfig.headNode, "journal");
  const path = join(
    folder,
    readdirSync(folder).find((name) => name.startsWith(`${prefix}@`)) ?? "",
  );
  const entry = decodeEntry(readFileSync(path, "utf8"));
  const id = entry?.slurm?.jobId;
  if (!entry || id === undefined) throw new Error(`the journal holds no job of ${prefix}`);
  const { slurm: _, array: __, jobName: ___, sbatchOutput: ____, ...rest } = entry;
  const before: JobEntry = {
    ...rest,
    phase: "submitting",
    sbatchAt: entry.times.submitted ?? "",
  };
  writeFileSync(`${path}.new`, encodeEntry(before));
  renameSync(`${path}.new`, path);
  return id;
}

const waits = "touch begun; until [ -e go ]; do sleep 0.2; done";

/** Jobs by name: script, options of sbatch, the job's end while the agent is away, and the record's words on it. */
const JOBS = {
  failed: { script: `${waits}; exit 3`, outcome: "failed", slurm: { exitCode: 3, signal: 0 } },
  completed: { script: waits, outcome: "completed", slurm: { exitCode: 0, signal: 0 } },
  cancelled: { script: `${waits} # ends`, outcome: "cancelled", slurm: { state: "CANCELLED" } },
  "in-a-file": {
    script: `#SBATCH --error=err-%j --output=out\n${waits}`,
    outcome: "cancelled",
    slurm: { state: "CANCELLED" },
  },
} as const;
const NAMES = Object.keys(JOBS) as (keyof typeof JOBS)[];

test(
  "jobs that Slurm has run and forgotten before an agent heard of their ids are not submitted again: their ends are told",
  async () => {
    const jobs = await Promise.all(
      NAMES.map(async (name) => {
        const prefix = newPrefix(`away-${name}`);
        await upload(prefix, JOBS[name].script);
        await ask(prefix);
        return { name, prefix };
      }),
    );
    for (const { prefix } of jobs) await untilState(prefix, "JOB_SUBMIT");
    await eventually("all run", async () => {
      const { stdout } = await runTool("squeue", ["--noheader", "--format=%T"]);
      return stdout.split("\n").filter((state) => state === "RUNNING").length >= jobs.length;
    });
    await killAgent();
    const known = jobs.map((job) => ({ ...job, id: forgetId(job.prefix) }));
    const count = sbatchCount();
    for (const { name, id } of known) {
      const { stdout } = await runTool("scontrol", ["show", "job", id]);
      const [, folder = ""] = /WorkDir=(.*)/.exec(stdout) ?? [];
      if (JOBS[name].outcome === "cancelled") await runTool("scancel", [id]);
      else writeFileSync(join(folder, "go"), "");
    }
    // Newer slurmctld begins anew when it is reconfigured, and a hook that runs just then is ended.
    await eventually("the hooks have ended", async () => {
      const { stdout } = await runTool("squeue", ["--noheader", "--states=all", "--format=%i %T"]);
      const ended = /^(\d+) (COMPLETED|FAILED|CANCELLED|TIMEOUT)$/;
      const over = new Set(stdout.split("\n").map((line) => ended.exec(line)?.[1]));
      return known.every(({ id }) => over.has(id));
    });
    writeFileSync(conf, usual().replace(/^MinJobAge=.*$/m, "MinJobAge=2"));
    expect(await runTool("scontrol", ["reconfigure"])).toMatchObject({ code: 0 });
    await eventually(
      "Slurm has forgotten them",
      async () => {
        const shown = await Promise.all(
          known.map(({ id }) => runTool("scontrol", ["show", "job", id])),
        );
        return shown.every(({ code }) => code !== 0);
      },
      FORGETS_TIMEOUT_MS,
    );
    await up();
    for (const { name, prefix, id } of known) {
      await untilState(prefix, "JOB_COMPLETE", "JOB_ERROR");
      const { outcome, slurm } = JOBS[name];
      expect(await record(prefix)).toMatchObject({ outcome, slurm: { jobId: id, ...slurm } });
      expect(await text(`${prefix}/begun`)).toBe("");
    }
    expect(sbatchCount()).toBe(count);
  },
  FORGETS_TIMEOUT_MS + 120_000,
);
