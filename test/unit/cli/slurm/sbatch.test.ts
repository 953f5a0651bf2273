import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { elsewhereOf } from "../../../../cli/slurm/places.ts";
import { slurmScene } from "../../../support/slurm-scene.ts";

const SCRIPT = "#!/bin/sh\n#SBATCH -n 2\necho 1\n";

describe("sbatch", () => {
  test("sends the folder with the script in the place of job-aws-run.sh, and prints the id", async () => {
    const w = slurmScene({
      "job.sh": SCRIPT,
      "data/a": "1",
      "job-aws-run.sh": "#!/bin/sh\nother\n",
    });
    expect(await w.call(["-p", "gpu", "job.sh", "x", "--y"])).toBe(0);
    expect(w.out).toEqual(["Submitted batch job 41"]);
    const { job, metadata, manifest, options, script, paths } = await w.sent();
    expect(script).toBe(SCRIPT);
    expect(paths.toSorted()).toEqual(["data/a", "job-aws-run.sh", "job.sh"]);
    expect(options).toEqual(["--partition=gpu", "--job-name=job.sh"]);
    expect(manifest).toMatchObject({
      arguments: ["x", "--y"],
      origins: [{ path: w.folder, at: "" }],
      readKey: job?.readKey,
    });
    expect(metadata).toMatchObject({ open: "1", board: job?.board });
    expect(job).toMatchObject({
      id: "41",
      bucket: "jobs",
      isOpen: true,
      results: "waiting",
      origins: [{ path: w.folder, at: "" }],
      asked: {
        name: "job.sh",
        user: "taro",
        options: ["--ntasks=2", "--partition=gpu", "--job-name=job.sh"],
        partition: "gpu",
        command: `${w.folder}/job.sh x --y`,
        workDir: w.folder,
        stdout: `${w.folder}/slurm-%j.out`,
      },
    });
  });

  test("says on failure what Slurm said, and nothing else", async () => {
    const w = slurmScene({ "job.sh": SCRIPT });
    const said = "sbatch: error: Batch job submission failed: Invalid partition name specified";
    w.answer.changes = {
      state: "JOB_ERROR",
      outcome: "submit-failed",
      error: { code: "sbatch-refused", message: said },
    };
    await expect(w.call(["job.sh"])).rejects.toMatchObject({ lines: [said], exitCode: 1 });
    expect(await w.jobs.list()).toEqual([]);
    expect(w.out).toEqual([]);
  });

  test("other reasons stand after sbatch's own words", async () => {
    const w = slurmScene({ "job.sh": SCRIPT });
    w.answer.changes = {
      state: "JOB_ERROR",
      outcome: "rejected",
      error: { code: "stage-in-failed", message: "the disk is full" },
    };
    await expect(w.call(["job.sh"])).rejects.toThrow(
      /^sbatch: error: Batch job submission failed: the disk is full$/,
    );
  });

  test.each([
    [["--parsable"], ["41"]],
    [["--quiet"], []],
    [["-Q", "--parsable"], []],
  ])("with %j it prints %j", async (options, printed) => {
    const w = slurmScene({ "job.sh": SCRIPT });
    await w.call([...options, "job.sh"]);
    expect(w.out).toEqual(printed);
    expect(w.err).toEqual(["uploaded 2 files, 60 B", expect.stringMatching(/^Submitted work-/)]);
  });

  test("a script that is not in the folder, and its folder when it names it", async () => {
    const w = slurmScene({ a: "1" });
    const scripts = join(w.top, "scripts");
    mkdirSync(scripts);
    writeFileSync(join(scripts, "tool.py"), "1");
    writeFileSync(join(scripts, "job.sh"), `#!/bin/sh\npython ${scripts}/tool.py\n`);
    await w.call([join(scripts, "job.sh")]);
    const { paths, manifest, job } = await w.sent();
    expect(paths).toContain(`${elsewhereOf(scripts)}/tool.py`);
    expect(manifest.origins).toContainEqual({ path: scripts, at: elsewhereOf(scripts) });
    expect(job?.origins).toEqual([
      { path: w.folder, at: "" },
      { path: scripts, at: elsewhereOf(scripts) },
    ]);
    writeFileSync(join(scripts, "alone.sh"), "#!/bin/sh\nls\n");
    w.answer.changes = { slurm: { jobId: "42" } };
    await w.call([join(scripts, "alone.sh")]);
    expect((await w.sent("42")).paths.toSorted()).toEqual(["a", "job-aws-run.sh"]);
  });

  test("--wrap and scripts on stdin have the names that Slurm gives them", async () => {
    const w = slurmScene();
    await w.call(["--wrap=hostname"], { text: "#!/bin/sh\nhostname\n", name: "wrap" });
    const { options, job } = await w.sent();
    expect(options).toEqual(["--job-name=wrap"]);
    expect(job?.asked.command).toBe("(null)");
  });

  test("files of Slurm outside of the folder come back to where they belong", async () => {
    const w = slurmScene({ "job.sh": `#!/bin/sh\n#SBATCH -o ../logs/%x-%j.out -n 3\n` });
    const input = join(w.top, "in.txt");
    writeFileSync(input, "1");
    await w.call([`--error=${w.folder}/err/e.txt`, "-i", input, "job.sh"]);
    const { options, script, paths, job, manifest } = await w.sent();
    const [logs, top] = [elsewhereOf(join(w.top, "logs")), elsewhereOf(w.top)];
    expect(options).toEqual([
      `--output=${logs}/%x-%j.out`,
      "--error=err/e.txt",
      `--input=${top}/in.txt`,
      "--job-name=job.sh",
    ]);
    expect(script).toBe("#!/bin/sh\n#SBATCH --ntasks=3\n");
    expect(new Set(paths)).toEqual(
      new Set([`${logs}/`, `${top}/in.txt`, "err/", "job-aws-run.sh", "job.sh"]),
    );
    // A path that stands for no file here stays as it is in the script.
    expect(manifest.origins).toEqual([
      { path: w.folder, at: "" },
      { path: input, at: `${top}/in.txt` },
    ]);
    expect(job).toMatchObject({
      origins: [
        { path: w.folder, at: "" },
        { path: join(w.top, "logs"), at: logs, only: [] },
        { path: w.top, at: top, only: ["in.txt"] },
      ],
      asked: {
        stdout: join(w.top, "logs/%x-%j.out"),
        stderr: join(w.folder, "err/e.txt"),
        stdin: input,
      },
    });
  });

  test("--cloud-input and #CLOUD lines: these are sent, and nothing else", async () => {
    const w = slurmScene({
      "job.sh": "#!/bin/sh\n#CLOUD --input data/a --no-results '*.tmp'\n",
      "data/a/x": "1",
      "data/b/y": "1",
      z: "1",
    });
    const genome = join(w.top, "genome");
    mkdirSync(genome);
    writeFileSync(join(genome, "g"), "1");
    await w.call(["--cloud-input", genome, "--cloud-results=/out/**", "job.sh"]);
    const { paths, manifest, job } = await w.sent();
    expect(paths.toSorted()).toEqual([`${elsewhereOf(genome)}/g`, "data/a/x", "job-aws-run.sh"]);
    expect(manifest.results).toEqual({ only: ["/out/**"], not: ["*.tmp"] });
    expect(job?.origins).toEqual([
      { path: w.folder, at: "", only: ["data/a"] },
      { path: genome, at: elsewhereOf(genome) },
    ]);
  });

  test("--chdir is the folder that is sent; --comment is kept here", async () => {
    const w = slurmScene({ "job.sh": SCRIPT, "case/a": "1" });
    await w.call(["--chdir=case", "--comment=first try", "job.sh"]);
    const { paths, options, job } = await w.sent();
    expect(paths.toSorted()).toEqual(["a", "job-aws-run.sh"]);
    expect(options).toEqual(["--job-name=job.sh"]);
    expect(job?.asked).toMatchObject({ comment: "first try", workDir: join(w.folder, "case") });
    await expect(w.call(["-D", "nowhere", "job.sh"])).rejects.toThrow(
      /is no folder of this machine/,
    );
  });

  test("a job after others of the folder begins with their results", async () => {
    const w = slurmScene({ "job.sh": SCRIPT });
    await w.call(["job.sh"]);
    const first = await w.sent();
    w.answer.changes = { slurm: { jobId: "42" } };
    await w.call(["-d", "afterok:41:7,singleton", "job.sh"]);
    const { metadata, manifest, options } = await w.sent("42");
    expect(metadata.after).toBe(`${first.prefix}@${first.job?.submission}`);
    expect(manifest.from).toEqual([
      { prefix: first.prefix, path: "", where: "", readKey: first.job?.readKey },
    ]);
    expect(options).toEqual(["--dependency=afterok:7,singleton", "--job-name=job.sh"]);
    await w.jobs.write({ ...first.job!, results: "fetched" });
    w.answer.changes = { slurm: { jobId: "43" } };
    await w.call(["-d", "afterany:41", "job.sh"]);
    expect((await w.sent("43")).manifest.from).toEqual([]);
    expect((await w.sent("43")).options).toEqual(["--job-name=job.sh"]);
  });

  test("a job after a task of another begins with the results of all its tasks; Slurm judges the task", async () => {
    const w = slurmScene({ "job.sh": SCRIPT });
    await w.call(["-a", "1-3", "job.sh"]);
    const { prefix, job } = await w.sent();
    for (const [at, given] of ["afterok:41_1", "aftercorr:41", "singleton"].entries()) {
      const id = `${50 + at}`;
      w.answer.changes = { slurm: { jobId: id } };
      await w.call(["-d", given, "job.sh"]);
      const { metadata, manifest, options, job: own } = await w.sent(id);
      expect(options).toEqual([`--dependency=${given}`, "--job-name=job.sh"]);
      expect(metadata.after).toContain(`${prefix}:any@${job?.submission}`);
      expect(manifest.from).toContainEqual({ prefix, path: "", where: "", readKey: job?.readKey });
      if (own) await w.jobs.write({ ...own, results: "fetched" });
    }
  });

  test("the id is known one look after the agent has it, and looks are one request", async () => {
    const w = slurmScene({ "job.sh": SCRIPT });
    const { sleep } = w.context;
    const pauses: number[] = [];
    w.context.sleep = async (ms) => {
      pauses.push(ms);
      await sleep(ms);
    };
    await w.call(["job.sh"]);
    const { prefix } = await w.sent();
    const since = w.requests.slice(w.requests.indexOf(`put ${prefix}/job-aws-stat.txt`) + 1);
    // The agent of this scene answers in the first pause; it reads the state for that.
    expect(pauses).toEqual([100]);
    const look = `get ${prefix}/job-aws-job.json`;
    expect(since.filter((one) => !one.startsWith("put"))).toEqual([
      look,
      `get ${prefix}/job-aws-stat.txt`,
      look,
    ]);
  });

  test("no link stops it: those into the folder go along as links, others as what they lead to", async () => {
    const w = slurmScene({ "job.sh": SCRIPT, "a/x": "1" });
    writeFileSync(join(w.top, "outside"), "2");
    const link = (target: string, name: string) => symlinkSync(target, join(w.folder, name));
    link(join(w.folder, "a/x"), "into");
    link(join(w.top, "outside"), "out");
    link("/nowhere/at/all", "dangling");
    link("loop", "loop");
    link(w.top, "above");
    await w.call(["job.sh"]);
    const { manifest, paths } = await w.sent();
    expect(manifest.inputs.get("into")?.symlink).toBe("a/x");
    expect(manifest.inputs.get("out")?.size).toBe(1);
    expect(paths).toEqual(expect.not.arrayContaining(["dangling", "loop"]));
  });

  test("folders with nothing in them go along", async () => {
    const w = slurmScene({ "job.sh": SCRIPT });
    mkdirSync(join(w.folder, ".snakemake/tmp.x"), { recursive: true });
    await w.call(["-o", "logs/a/%A/%j.log", "job.sh"]);
    const { paths } = await w.sent();
    expect(paths).toEqual(expect.arrayContaining([".snakemake/tmp.x/", "logs/a/"]));
  });

  test.each([
    ["--export=ALL", "--export=ALL"],
    ["--export=NONE", "--export=NONE"],
    ["--export=ALL,A=1,B", "--export=ALL,A=1,B=2"],
    ["--export=C", "--export=NONE"],
  ])("of the environment, what %s names goes along", async (given, sent) => {
    const w = slurmScene({ "job.sh": SCRIPT });
    w.slurm.env.B = "2";
    await w.call([given, "job.sh"]);
    expect((await w.sent()).options).toEqual([sent, "--job-name=job.sh"]);
  });

  test("/dev/null stays what it is, and no folder is sent for it", async () => {
    const w = slurmScene({ "job.sh": "#!/bin/sh\n#SBATCH -e /dev/null -i /dev/null\n" });
    await w.call(["-o", "/dev/null", "job.sh"]);
    const { options, script, paths, job } = await w.sent();
    expect(options).toEqual(["--output=/dev/null", "--job-name=job.sh"]);
    expect(script).toContain("#SBATCH -e /dev/null -i /dev/null");
    expect(paths.toSorted()).toEqual(["job-aws-run.sh", "job.sh"]);
    expect(job?.origins).toEqual([{ path: w.folder, at: "" }]);
  });
});
