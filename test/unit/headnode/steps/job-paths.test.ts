import { chmodSync, linkSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ownDisk } from "../../../../bucket/disk/disk.ts";
import { writeInputManifest } from "../../../../bucket/job-objects/manifest.ts";
import { argumentsWithJobPaths, scriptWithJobPaths } from "../../../../headnode/steps/job-paths.ts";
import { type Manifest, manifestMetadata } from "../../../../protocol/manifest.ts";
import { world } from "../../../support/agent-world.ts";
import { task } from "../../../support/fake-slurm.ts";
import { scriptFolder } from "../../../support/job-folder.ts";

const origins = [
  { path: "/home/u/proj", at: "" },
  { path: "/data/logs", at: ".cloud-origins/1" },
];

/** An agent that was asked for a job with this script and manifest. */
async function asked(
  script: string,
  more: Omit<Manifest, "inputs">,
  metadata: Record<string, string> = {},
  prepare: (w: ReturnType<typeof world>) => void = () => undefined,
) {
  const w = world();
  prepare(w);
  await w.start();
  const etag = (await w.store.put("job1/job-aws-run.sh", script, { metadata: { mode: "0711" } }))!;
  const input = { path: "job-aws-run.sh", size: Buffer.byteLength(script), etag };
  const id = (await writeInputManifest(w.store, "job1", [input], more))!;
  await w.ask("job1", "FILE_UPLOAD", { submission: "s1", ...manifestMetadata(id), ...metadata });
  return { w, folder: join(w.workRoot, "job1", "s1") };
}

describe("a job whose manifest names folders of the submitter's machine", () => {
  test("runs with its own folder in place of them, and does not bring its script back", async () => {
    const script = "#!/bin/sh\ncd /home/u/proj\ncat /data/logs/x /home/u/project\n";
    const words = ["/home/u/proj/in.csv", "--log=/data/logs/a", "plain"];
    const options = JSON.stringify(["--export=ALL,IN=/home/u/proj/in", "--job-name=/home/u/proj"]);
    const more = { origins, arguments: words };
    const { w, folder } = await asked(script, more, { "sbatch-options": options });
    await w.until(() => w.state("job1") === "JOB_SUBMIT");
    const path = join(folder, "job-aws-run.sh");
    const wanted = `#!/bin/sh\ncd ${folder}\ncat ${folder}/.cloud-origins/1/x /home/u/project\n`;
    expect(readFileSync(path, "utf8")).toBe(wanted);
    expect(statSync(path).mode & 0o777).toBe(0o711);
    expect(w.slurm.calls[0]).toEqual({
      keepBack: undefined,
      arguments: [`${folder}/in.csv`, `--log=${folder}/.cloud-origins/1/a`, "plain"],
    });
    expect(w.slurm.options[0]).toEqual([`--export=ALL,IN=${folder}/in`, "--job-name=/home/u/proj"]);
    w.end("1", task("COMPLETED"));
    await w.until(() => w.state("job1") === "JOB_COMPLETE");
    expect(w.store.text("job1/job-aws-run.sh")).toBe(script);
    expect(w.record("job1")?.stageOut?.files).toBe(0);
  });

  test("has its arguments after an agent that has died before sbatch, few or many", async () => {
    for (const length of [3, 40_000]) {
      const words = ["/home/u/proj/x", "y".repeat(length)];
      const { w, folder } = await asked("#!/bin/sh\n", { origins, arguments: words }, {}, (one) => {
        one.slurm.onSubmit = () => {
          throw new Error("no answer");
        };
      });
      w.slurm.onSubmit = () => {
        w.slurm.onSubmit = () => undefined;
        throw new Error("no answer");
      };
      await w.start();
      await w.until(() => w.slurm.calls.length > 0);
      expect(w.slurm.calls[0]?.arguments).toEqual([`${folder}/x`, "y".repeat(length)]);
    }
  });
});

test("arguments that have become too long are refused, and say so", () => {
  const many = { arguments: ["/a ".repeat(20_000)], origins: [{ path: "/a", at: "" }] };
  expect(() => argumentsWithJobPaths(many, `/${"x".repeat(40)}`)).toThrow("too long");
});

test("a script that holds no such path stays the same file, and so does one that is too long for Slurm", async () => {
  for (const script of ["#!/bin/sh\n", `#!/bin/sh\n# /home/u/proj\n${"#".repeat(4 << 20)}`]) {
    const folder = scriptFolder(script);
    const path = join(folder, "job-aws-run.sh");
    chmodSync(path, 0o444);
    const { ino, mtimeMs, ctimeMs } = statSync(path);
    await scriptWithJobPaths(folder, origins, ownDisk);
    await scriptWithJobPaths(folder, undefined, ownDisk);
    expect(statSync(path)).toMatchObject({ ino, mtimeMs, ctimeMs });
  }
});

test("a script that is to be read only, as one that others have too, is replaced and not written to", async () => {
  const folder = scriptFolder("#!/bin/sh\ncd /home/u/proj\n");
  const path = join(folder, "job-aws-run.sh");
  linkSync(path, join(folder, "cached"));
  chmodSync(path, 0o555);
  await scriptWithJobPaths(folder, origins, ownDisk);
  expect(readFileSync(path, "utf8")).toBe(`#!/bin/sh\ncd ${folder}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o555);
  expect(readFileSync(join(folder, "cached"), "utf8")).toBe("#!/bin/sh\ncd /home/u/proj\n");
  expect(readdirSync(folder).toSorted()).toEqual(["cached", "job-aws-run.sh"]);
});
