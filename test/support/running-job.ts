import { join } from "node:path";
import type { SlurmTask } from "../../headnode/slurm/job-state.ts";
import { world } from "./agent-world.ts";
import { task } from "./fake-slurm.ts";

/** A running job `job1` of an agent that publishes; Slurm names the files `out` and `err` in its folder. */
export async function runningJob(
  tasks?: (work: string) => SlurmTask[],
  files?: Record<string, string>,
) {
  const w = world({ live: true });
  const agent = await w.start();
  await w.upload("job1", { "job-aws-run.sh": "#!/bin/sh\n", ...files });
  const submission = await w.ask("job1", "FILE_UPLOAD");
  await w.until(() => w.state("job1") === "JOB_SUBMIT");
  const work = join(w.workRoot, "job1", submission);
  const shown = tasks ?? (() => [{ ...task("RUNNING"), outputPaths: paths(work) }]);
  w.slurm.ends.set("1", shown(work));
  const folder = `.cloud-submit/live/job1/${submission}/`;
  const held = (name: string) => {
    const object = w.store.objects.get(folder + name);
    const { offset, size } = object?.metadata ?? {};
    return object && { text: object.body.toString(), offset, size };
  };
  const end = () => w.end("1", ...shown(work).map((one) => ({ ...one, state: "COMPLETED" })));
  const liveWrites = () => w.store.writes.filter((key) => key.startsWith(".cloud-submit/live/"));
  return { w, agent, submission, work, folder, held, end, liveWrites };
}

const paths = (work: string) => [join(work, "out"), join(work, "err")];
