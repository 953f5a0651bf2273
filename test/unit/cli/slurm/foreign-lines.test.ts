import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { slurmScene } from "../../../support/slurm-scene.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const CONF = "ClusterName=x\nSlurmctldHost=localhost\nNodeName=n\nPartitionName=p Nodes=ALL\n";
const LOOKED_FOR = ["job-name", "output", "error", "array", "partition"];

/** The options that the real sbatch takes for a script; it tells them before it needs a controller. */
function realOptions(script: string, options: readonly string[]) {
  const folder = temporaryFolder();
  const [conf, path] = [join(folder, "slurm.conf"), join(folder, "job.sh")];
  writeFileSync(conf, `${CONF}MessageTimeout=1\n`);
  writeFileSync(path, script);
  const done = spawnSync("sbatch", ["-vv", ...options, path], {
    env: { PATH: process.env["PATH"], SLURM_CONF: conf },
    cwd: folder,
    encoding: "utf8",
    timeout: 3_000,
  });
  if (done.stderr === null) throw new Error("sbatch is missing: npm run setup brings it");
  const rows = [...done.stderr.matchAll(/^sbatch: (\S+) +: (.*)$/gm)];
  return Object.fromEntries(
    rows.flatMap(([, name = "", value = ""]) =>
      LOOKED_FOR.includes(name) ? [[name, value.replace(`${folder}/`, "")]] : [],
    ),
  );
}

test.each<[string, string[]]>([
  ["#PBS -N pbs -o out.txt -e err.txt -j oe -l walltime=1:00:00\ntrue\n", []],
  ["#PBS -Npbs\n#SBATCH -J slurm -o slurm.out\ntrue\n", []],
  ["#PBS -N pbs -t 1-4 -q gpu -V\ntrue\n", ["-J", "given"]],
  ["true\n#PBS -N later -J 1-3\n", []],
  [`${"true\n".repeat(101)}#PBS -N late\n`, []],
  ["#BSUB -J lsf -o %J.out -e lsf.err -q gpu -x\n#PBS -N pbs\n#SBATCH -J slurm\n", []],
  ["#PBS -N pbs\ntrue\n", ["--ignore-pbs"]],
  ["#PBS -N pbs\n#SBATCH --ignore-pbs -o a.out\ntrue\n", []],
  ['#PBS -N "a b" # -o no.out\ntrue\n', []],
])(
  "options of %j with %j count as for the real sbatch",
  async (text, given) => {
    const script = `#!/bin/sh\n${text}`;
    const w = slurmScene({ "job.sh": script });
    await w.call([...given, "job.sh"]);
    const { job } = await w.sent();
    const options = job?.asked.options ?? [];
    const ours = Object.fromEntries(
      LOOKED_FOR.flatMap((name) => {
        const found = options.findLast((one) => one.startsWith(`--${name}=`));
        return found === undefined ? [] : [[name, found.slice(name.length + 3)]];
      }),
    );
    // It tells none that was not given: of a script without a name, the file's.
    expect(ours).toEqual({ "job-name": "job.sh", ...realOptions(script, given) });
    expect(job?.asked.name).toBe(ours["job-name"]);
    expect((await w.sent()).script.split("\n")).toHaveLength(script.split("\n").length);
  },
  20_000,
);

test("files of such lines come back to where they belong", async () => {
  const w = slurmScene({ "job.sh": "#!/bin/sh\n#PBS -o logs/a.out -t 1-2\ntrue\n" });
  await w.call(["job.sh"]);
  const { job, paths, options } = await w.sent();
  expect(paths).toContain("logs/");
  expect(new Set(options)).toEqual(
    new Set(["--output=logs/a.out", "--array=1-2", "--job-name=job.sh"]),
  );
  expect(job?.asked).toMatchObject({ array: "1-2", stdout: join(w.folder, "logs/a.out") });
});

test("a job that such a line has held is refused", async () => {
  const w = slurmScene({ "job.sh": "#!/bin/sh\n#PBS -Vh\ntrue\n" });
  await expect(w.call(["job.sh"])).rejects.toThrow(/^sbatch: error: #PBS -h is not possible here/);
});
