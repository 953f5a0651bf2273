import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeRecord } from "../../bucket/job-objects/record.ts";
import { readStatus } from "../../bucket/job-objects/status.ts";
import { sbatchCall } from "../../cli/slurm/args.ts";
import { JobFiles } from "../../cli/slurm/job-files.ts";
import { sbatch } from "../../cli/slurm/sbatch.ts";
import { type GivenScript, readScript } from "../../cli/slurm/script-text.ts";
import type { SlurmContext } from "../../cli/slurm/slurm-context.ts";
import { type Manifest, parseManifest } from "../../protocol/manifest.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { endOf } from "./ending-jobs.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { testContext } from "./test-ui.ts";

/** A folder of files, on a machine whose jobs go to a bucket in memory; its agent answers while others sleep. */
export function slurmScene(files: Readonly<Record<string, string>> = {}) {
  const w = testContext();
  const top = realpathSync(temporaryFolder());
  const folder = join(top, "work");
  mkdirSync(folder);
  const root = join(top, "state");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const slurm: SlurmContext = {
    context: w.context,
    folders: { root, jobs: join(root, "jobs") },
    env: { PWD: folder, HOME: join(top, "home") },
    cwd: folder,
  };
  /** Of the agent, for the next submission. */
  const answer: { changes: Partial<JobRecord> } = { changes: { slurm: { jobId: "41" } } };
  const { sleep } = w.context;
  w.context.sleep = async (ms) => {
    await sleep(ms);
    for (const key of [...w.store.objects.keys()].filter((one) =>
      one.endsWith("job-aws-stat.txt"),
    )) {
      const prefix = dirname(key);
      const status = await readStatus(w.store, prefix);
      if (status?.state !== "FILE_UPLOAD" || w.store.objects.has(`${prefix}/job-aws-job.json`))
        continue;
      const { submission } = status;
      const { outcome: _, ...record } = endOf(prefix, { submission, state: "JOB_SUBMIT" });
      await writeRecord(w.store, { ...record, ...answer.changes });
    }
  };
  /** How often the fetcher was started. */
  const started = { count: 0 };
  const jobs = new JobFiles(slurm.folders.jobs);
  /** Calls sbatch in the folder. */
  const call = async (argv: readonly string[], given?: GivenScript) => {
    const read = sbatchCall(argv);
    const script = given ?? readScript(read.script ?? "", folder, slurm.env);
    return sbatch(slurm, { call: read, script }, async () => void (started.count += 1));
  };
  /** All that was submitted for a job. */
  const sent = async (id = "41") => {
    const job = await jobs.read(id);
    const prefix = job?.prefix ?? "";
    const { metadata }: { metadata: Record<string, string> } = w.store.objects.get(
      `${prefix}/job-aws-stat.txt`,
    ) ?? { metadata: {} };
    const manifest = parseManifest(
      w.store.text(`${prefix}/job-aws-manifest.json`) ?? "",
    ) as Manifest;
    const options = JSON.parse(metadata["sbatch-options"] ?? "[]") as string[];
    const script = w.store.text(`${prefix}/job-aws-run.sh`) ?? "";
    return { job, prefix, metadata, manifest, options, script, paths: [...manifest.inputs.keys()] };
  };
  return { ...w, slurm, top, folder, write, answer, jobs, started, call, sent };
}
