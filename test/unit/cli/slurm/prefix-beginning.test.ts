import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { slurmScene } from "../../../support/slurm-scene.ts";

const scene = (script = "#!/bin/sh\n") => slurmScene({ "job.sh": script });
const BEGINS = /^alice--work-20/;

test("without a word, a prefix begins with the folder's name", async () => {
  const w = scene();
  await w.call(["job.sh"]);
  expect((await w.sent()).prefix).toMatch(/^work-20/);
});

test("an option, a line of the script, the environment or cloud-submit.json say how it begins", async () => {
  const option = scene();
  option.slurm.env.CLOUD_SUBMIT_SLURM_PREFIX = "bob--";
  await option.call(["--cloud-prefix=alice--", "job.sh"]);
  const line = scene("#!/bin/sh\n#CLOUD --prefix alice--\n");
  await line.call(["job.sh"]);
  const environment = scene();
  environment.slurm.env.CLOUD_SUBMIT_SLURM_PREFIX = "alice--";
  await environment.call(["job.sh"]);
  const file = scene();
  writeFileSync(join(file.folder, "cloud-submit.json"), '{"slurmPrefix": "alice--"}');
  await file.call(["job.sh"]);
  for (const w of [option, line, environment, file]) {
    const { prefix, options, script } = await w.sent();
    expect(prefix).toMatch(BEGINS);
    expect(options).toEqual(["--job-name=job.sh"]);
    expect(script).toMatch(/^#!/);
  }
});

test.each(["--", "a/b", "x".repeat(65)])("no prefix can begin with %s", async (given) => {
  await expect(scene().call([`--cloud-prefix=${given}`, "job.sh"])).rejects.toThrow(
    /^sbatch: error: --cloud-prefix: no prefix can begin with .*as in alice--$/,
  );
});

test("a refused write tells of it", async () => {
  const w = scene();
  w.store.before = (operation) => {
    if (operation === "put") throw Object.assign(new Error("no"), { name: "AccessDenied" });
  };
  await expect(w.call(["job.sh"])).rejects.toThrow(
    /--cloud-prefix=NAME--, CLOUD_SUBMIT_SLURM_PREFIX, or slurmPrefix in cloud-submit.json/,
  );
  await expect(w.call(["--cloud-prefix=eve--", "job.sh"])).rejects.toThrow(/begins with "eve--"/);
});
