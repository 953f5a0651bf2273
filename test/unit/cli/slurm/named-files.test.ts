import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { elsewhereOf } from "../../../../cli/slurm/places.ts";
import { withJobPathsInText } from "../../../../headnode/jobs/origin-paths.ts";
import { slurmScene } from "../../../support/slurm-scene.ts";

/** A scene with files beside the job's folder, and what a script that is sent from the folder gets. */
function scene(files: Readonly<Record<string, string | Buffer>>) {
  const w = slurmScene({ "in.txt": "1" });
  const path = (name: string) => join(w.top, name);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
  }
  const send = async (script: string, options: readonly string[] = []) => {
    await w.call(options, { text: `#!/bin/sh\n${script}\n`, name: "x" });
    const { paths, manifest, ...more } = await w.sent();
    const others = paths.filter((one) => one !== "in.txt" && one !== "job-aws-run.sh");
    /** A path as the script has it on the cluster. */
    const there = (name: string) =>
      withJobPathsInText(`cat ${path(name)}`, manifest.origins ?? [], "").slice("cat /".length);
    return { ...more, manifest, paths: new Set(others), there };
  };
  return { ...w, path, send };
}

const PROGRAM = Buffer.from("\x7fELF\x02", "latin1");

describe("what a script names by an absolute path", () => {
  test("goes along with its folder: a launcher finds its neighbours", async () => {
    const hash = "home/.psij/work/0af3";
    const w = scene({
      [`${hash}/single_launch.sh`]: ". $(dirname $0)/launcher_lib.sh",
      [`${hash}/launcher_lib.sh`]: "",
      "home/.psij/work/slurm/1.job": "",
    });
    const slurm = w.path("home/.psij/work/slurm");
    const { paths, there, job } = await w.send(
      `exec &>> "${slurm}/$SLURM_JOB_ID.out"\n/bin/bash ${w.path(hash)}/single_launch.sh 1 "" /bin/date`,
    );
    const [launcher, own] = [elsewhereOf(w.path(hash)), elsewhereOf(slurm)];
    expect(paths).toEqual(
      new Set([`${launcher}/single_launch.sh`, `${launcher}/launcher_lib.sh`, `${own}/1.job`]),
    );
    expect(there(`${hash}/single_launch.sh`)).toBe(`${launcher}/single_launch.sh`);
    expect(there("home/.psij/work/slurm/$SLURM_JOB_ID.out")).toBe(`${own}/$SLURM_JOB_ID.out`);
    expect(job?.origins).toContainEqual({ path: slurm, at: own });
  });

  test("is there for other jobs' folders, however many: they have one place together", async () => {
    const names = Array.from({ length: 40 }, (_, at) => `pipe/work/${at % 7}/${at}/out.txt`);
    const w = scene(Object.fromEntries(names.map((name) => [name, name])));
    const links = names.map((name) => `ln -s ${w.path(name)} x`).join("\n");
    const { paths, there, manifest, job } = await w.send(links);
    expect(manifest.origins?.length).toBeLessThanOrEqual(4);
    for (const name of names) expect(paths).toContain(there(name));
    expect(job?.origins).toHaveLength(41);
  });

  test("goes alone from a folder that may not be sent, or that has too much", async () => {
    const w = scene({
      "home/all.json": "1",
      "home/x": "1",
      "big/a": "1",
      "big/b": "x".repeat(2000),
    });
    const words = `cat ${w.path("home/all.json")} ${w.path("big/a")} ; ls ${w.path("big")}`;
    const { paths, there, job } = await w.send(words, ["--cloud-limit=1K"]);
    const [home, big] = [elsewhereOf(w.path("home")), elsewhereOf(w.path("big"))];
    expect(paths).toEqual(new Set([`${home}/all.json`, `${big}/a`]));
    expect(there("big/a")).toBe(`${big}/a`);
    expect(there("big/b")).toBe(w.path("big/b").slice(1));
    expect(job?.origins).toContainEqual({ path: w.path("big"), at: big, only: ["a"] });
  });

  test("stays here when it is a program, a secret, or of the system", async () => {
    const w = scene({
      "venv/pyvenv.cfg": "",
      "venv/bin/python": PROGRAM,
      "venv/lib/x.py": "",
      "tool/bin/run": "#!/bin/sh\n",
      "tool/bin/tool": PROGRAM,
      solver: PROGRAM,
      "home/.ssh/id": "secret",
      "home/.aws/credentials": "secret",
    });
    const named = ["venv/bin/python", "venv/lib/x.py", "venv", "tool/bin/run", "solver"];
    const all = [...named, "home/.ssh/id", "home/.ssh", "home/.aws/credentials", "home"];
    const words = all.map((name) => `x ${w.path(name)}`).join("\n");
    const { paths, manifest } = await w.send(`${words}\ncat /etc/hosts /usr/bin/env /tmp /`);
    expect(paths).toEqual(new Set());
    expect(manifest.origins).toEqual([{ path: w.folder, at: "" }]);
  });

  test("comes back to its folder when it is made by the job", async () => {
    const w = scene({ "results/old": "1" });
    const { paths, there, job } = await w.send(`date > ${w.path("results/new.txt")}`);
    const at = elsewhereOf(w.path("results"));
    expect(paths).toEqual(new Set([`${at}/`]));
    expect(there("results/new.txt")).toBe(`${at}/new.txt`);
    expect(job?.origins).toContainEqual({ path: w.path("results"), at, only: [] });
  });

  test("means the job's folder by every way to it, and nothing is sent twice", async () => {
    const w = scene({});
    symlinkSync(w.folder, w.path("link"));
    const { paths, there } = await w.send(`cat ${w.path("link/in.txt")} ${w.folder}/in.txt`, [
      `--input=${w.path("link/in.txt")}`,
    ]);
    expect(paths).toEqual(new Set());
    expect(there("link/in.txt")).toBe("in.txt");
  });

  test("stays here when --cloud-input says what is sent", async () => {
    const w = scene({ "data/a": "1" });
    const { paths } = await w.send(`cat ${w.path("data/a")}`, ["--cloud-input=in.txt"]);
    expect(paths).toEqual(new Set());
  });
});
