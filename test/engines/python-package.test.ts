import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import packageJson from "../../package.json" with { type: "json" };
import { localConfig } from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { onCluster, Researcher } from "./researcher.ts";
import { begun, putWorkflow } from "./snakemake-workflow.ts";

const source = join(localConfig.checkout, "cli", "python");
const [wheels, installed] = [temporaryFolder(), temporaryFolder()];
const ofPackage = { PYTHONPATH: installed, PYTHONDONTWRITEBYTECODE: "1" };

let researcher: Researcher;
beforeAll(async () => {
  researcher = await Researcher.open();
  const own = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check", "-q"];
  await done("pip", ["wheel", ...own, "-w", wheels, source]);
  const [wheel = ""] = readdirSync(wheels);
  await done("pip", ["install", ...own, "--target", installed, join(wheels, wheel)]);
  const program = join(localConfig.checkout, "dist", "cloud-submit.cjs");
  await done("ln", ["-s", program, join(researcher.home, "slurm", "cloud-submit")]);
});
afterAll(() => researcher.close());

async function done(command: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await researcher.run(command, args, "/");
  if (code !== 0) throw new Error(stdout + stderr);
  return stdout;
}

test("the wheel has the version of the command line, and says that it is typed", () => {
  expect(readdirSync(wheels)).toEqual([`cloud_submit-${packageJson.version}-py3-none-any.whl`]);
  expect(readFileSync(join(installed, "cloud_submit", "py.typed"), "utf8")).toBe("");
});

test("its types are whole", async () => {
  const packages = ["cloud_submit", "snakemake_executor_plugin_cloud_submit"];
  const { stdout } = await researcher.run(
    "mypy",
    ["--config-file", join(source, "pyproject.toml"), "--cache-dir=/dev/null", ...packages],
    source,
  );
  expect(stdout).toBe("Success: no issues found in 8 source files\n");
});

(onCluster ? test.skip : test)("each function does what its command does", async () => {
  const tool = join(import.meta.dirname, "tools", "functions.py");
  await researcher.put({ "functions/.keep": "" });
  const folder = join(researcher.home, "functions");
  const { code, stdout, stderr } = await researcher.run("python", [tool], folder, ofPackage);
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual({
    files: 2,
    good: ["completed", true],
    status: ["JOB_COMPLETE", "completed", true],
    fetched: [1, "a\nb\n"],
    states: expect.arrayContaining(["JOB_COMPLETE"]),
    kinds: ["fetch", "upload"],
    upload: [2, 43],
    ends: [
      ["cancelled", 5],
      ["completed", 0],
    ],
    several: ["submitted", "usage", "submitted"],
    failed: [
      ["failed", 1, 1],
      ["failed", 3, 1],
    ],
    notInstalled: ["program", "cloud-submit is not on PATH"],
    noJob: ["no-such-job", 2, 0],
    noFolder: ["usage", 2, 0],
    noProgram: ["program", 127, 0],
    timeout: expect.stringContaining("error="),
  });
});

(onCluster ? test.skip : test)(
  "snakemake with the executor of the package: a job fails, and after it is mended only the rest runs",
  async () => {
    await putWorkflow(researcher, "flow");
    const options = [
      ..."--executor cloud-submit --seconds-between-status-checks 1 --keep-going --jobs 4 --nocolor".split(
        " ",
      ),
      "--cloud-submit-python",
      join(localConfig.checkout, ".local", "engines", "bin", "python"),
    ];
    const run = () =>
      researcher.run("snakemake", options, join(researcher.home, "flow"), ofPackage);
    const first = await run();
    expect([first.code, begun(first)]).toEqual([
      1,
      ["count a", "count b", "prepare a", "prepare b"],
    ]);
    expect(first.stderr.match(/^Error in rule .*$/gm)).toEqual(["Error in rule count:"]);
    // Logs are brought back from a job that failed, too.
    expect(await researcher.read("flow/logs/b.log")).toBe("2 lines\n");
    await researcher.put({ "flow/data/b.txt": "10\n20\n" });
    const second = await run();
    expect([second.code, begun(second)]).toEqual([0, ["count b", "prepare b", "summary"]]);
    expect(await researcher.read("flow/results/summary.txt")).toBe("a 6\nb 30\n");
    expect(begun(await run())).toEqual([]);
  },
);
