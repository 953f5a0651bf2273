import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { clusterSees, onCluster, Researcher } from "./researcher.ts";

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
});
afterAll(() => researcher.close());

// With Slurm's own commands there is nothing to be apart.
const apart = onCluster ? test.skip : test;

apart(
  "the cluster does not see the researcher's folders, and Slurm's own commands are not there",
  async () => {
    await researcher.put({ "project/file": "mine\n" });
    expect(await researcher.read("project/file")).toBe("mine\n");
    expect(clusterSees(`${researcher.home}/project/file`)).toBe(false);
    const { stdout } = await researcher.run("sh", [
      "-c",
      "command -v sbatch squeue sacct scancel sinfo",
    ]);
    expect(
      stdout.split("\n").filter((path) => path !== "" && !path.startsWith(researcher.home)),
    ).toEqual([]);
    // In two parts, so that the path is not taken for the job's folder.
    const look = "first=/srv/rese; ls -d ${first}archer/project";
    const folder = `${researcher.home}/project`;
    const job = await researcher.run("sbatch", ["--wait", "-o", "seen", "--wrap", look], folder);
    expect(job).toMatchObject({ code: expect.not.stringMatching("0") });
    expect(await researcher.read("project/seen")).toMatch(/cannot access/);
  },
);
