import { expect, test } from "@jest/globals";
import { sbatchCall } from "../../../../cli/slurm/args.ts";
import { mainName, SBATCH_TABLE, whyRefused } from "../../../../cli/slurm/sbatch-table.ts";

/** Long options of sbatch of any version. Source: the table in src/common/slurm_opt.c, Slurm 22.05 to 26.05. */
const OF_SLURM = [
  "account acctg-freq array autocomplete batch bb bbf begin chdir cluster cluster-constraint clusters",
  "comment consolidate-segments constraint container container-id container-type context contiguous",
  "core-spec cores-per-socket cpu-freq cpus-per-gpu cpus-per-task deadline delay-boot dependency",
  "distribution error exclude exclusive export export-file external extra extra-node-info get-user-env gid",
  "gpu-bind gpu-freq gpus gpus-per-node gpus-per-socket gpus-per-task gres gres-flags help hint hold",
  "ignore-pbs input job-name kill-on-invalid-dep licenses mail-type mail-user mcs-label mem mem-bind",
  "mem-per-cpu mem-per-gpu mem-update mincpus network nice no-kill no-requeue nodefile nodelist nodes ntasks",
  "ntasks-per-core ntasks-per-gpu ntasks-per-node ntasks-per-socket ntasks-per-tres oom-kill-step open-mode",
  "output overcommit oversubscribe parsable partition power prefer priority profile propagate qos quiet",
  "reboot requeue reservation resources resv-ports runtime segment signal sockets-per-node spread-job",
  "spread-segments stepmgr switches tasks-per-node test-only thread-spec threads-per-core time time-min tmp",
  "tres-bind tres-per-task uid usage use-min-nodes verbose version wait wait-all-nodes wckey wrap",
].flatMap((names) => names.split(" "));

test("the options are those of all versions of sbatch, so that none is taken for an abbreviation", () => {
  const own = [...SBATCH_TABLE.long.keys()].filter((name) => !name.startsWith("cloud-"));
  expect(own.toSorted()).toEqual(OF_SLURM.toSorted());
  for (const name of OF_SLURM) {
    const text = SBATCH_TABLE.long.get(name) === "required" ? [`--${name}`, "x"] : [`--${name}`];
    expect(sbatchCall(text).options).toMatchObject([{ name: mainName(name) }]);
  }
});

test.each([
  ["extra", "only some versions of Slurm know it"],
  ["cluster", "jobs go to the cluster of the bucket; give another one by CLOUD_SUBMIT_BUCKET"],
])("--%s is refused under its own name", (name, why) => {
  expect(whyRefused(name)).toBe(why);
});
