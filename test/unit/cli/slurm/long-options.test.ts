import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { quoted, sbatchCall, sbatchOptionsOf, withoutOptions } from "../../../../cli/slurm/args.ts";
import { withLongInScript } from "../../../../cli/slurm/long-options.ts";
import { Places } from "../../../../cli/slurm/places.ts";
import { planOf } from "../../../../cli/slurm/plan.ts";
import {
  SBATCH_METADATA_MAX_BYTES,
  sbatchMetadata,
  sbatchOptions,
} from "../../../../protocol/sbatch-options.ts";
import { optionValue, scriptDirectives } from "../../../../protocol/script-directives.ts";
import { slurmScene } from "../../../support/slurm-scene.ts";

const IDS = Array.from({ length: 400 }, (_, at) => 3 * at + 1).join(",");
const NODES = Array.from({ length: 300 }, (_, at) => `node${at}`).join(",");

describe("options that are too long to be sent as they are", () => {
  test("stand behind the first line of the script, and no other line says otherwise", async () => {
    const text = "#!/bin/sh\n#SBATCH -n 2 -a 1-9\n#SBATCH --array=2\necho\n#SBATCH -a 3\n";
    const w = slurmScene({ "job.sh": text });
    await w.call([`--array=${IDS}`, "-p", "gpu", "job.sh"]);
    const { options, script, job, metadata, manifest } = await w.sent();
    expect(options).toEqual(["--partition=gpu", "--job-name=job.sh"]);
    expect(metadata["sbatch-options"]?.length).toBeLessThan(SBATCH_METADATA_MAX_BYTES);
    expect(script).toBe(
      `#!/bin/sh\n#SBATCH --array=${IDS}\n#SBATCH --ntasks=2\n#\necho\n#SBATCH -a 3\n`,
    );
    expect(manifest.inputs.get("job-aws-run.sh")?.size).toBe(script.length);
    expect(job?.asked.array).toBe(IDS);
    expect(job?.asked.options).toContain(`--array=${IDS}`);
    expect(job?.asked.stdout).toMatch(/slurm-%A_%a\.out$/);
  });

  test("several of them, the longest ones first; short ones stay where they are", async () => {
    const w = slurmScene({ "job.sh": "#!/bin/sh\ntrue\n" });
    await w.call([`-x${NODES}`, `--export=ALL,A=${"あ".repeat(400)}`, "-q", "long", "job.sh"]);
    const { options, script } = await w.sent();
    expect(options).toEqual(["--qos=long", "--job-name=job.sh"]);
    expect(scriptDirectives(script)).toEqual([
      `--export=ALL,A=${"あ".repeat(400)}`,
      `--exclude=${NODES}`,
    ]);
  });

  test("jobs that it begins after take of the same room", async () => {
    const w = slurmScene({ "job.sh": "#!/bin/sh\ntrue\n" });
    await w.call(["job.sh"]);
    const list = "n".repeat(1460);
    w.answer.changes = { slurm: { jobId: "42" } };
    await w.call(["-x", list, "job.sh"]);
    expect((await w.sent("42")).options).toContain(`--exclude=${list}`);
    w.answer.changes = { slurm: { jobId: "43" } };
    await w.call(["-d", "afterok:41", "-x", list, "job.sh"]);
    const { options, script, metadata } = await w.sent("43");
    expect(options).toEqual(["--job-name=job.sh"]);
    expect(scriptDirectives(script)).toEqual([`--exclude=${list}`]);
    expect(metadata["after"]).toMatch(/^work-/);
  });

  test("a script that is not UTF-8 keeps its bytes beside them", async () => {
    const w = slurmScene();
    const rest = Buffer.from("2320c6fccbdcb8ec0a", "hex");
    writeFileSync(join(w.folder, "job.sh"), Buffer.concat([Buffer.from("#!/bin/sh\n"), rest]));
    const value = `ALL,A=${"あ".repeat(400)}`;
    await w.call([`--export=${value}`, "job.sh"]);
    const { prefix } = await w.sent();
    expect(w.store.objects.get(`${prefix}/job-aws-run.sh`)?.body).toEqual(
      Buffer.concat([Buffer.from(`#!/bin/sh\n#SBATCH "--export=${value}"\n`), rest]),
    );
  });

  test.each([
    [
      [`--export=A=${"x".repeat(1600)}\ny`],
      /"--export": it has a control character: set it in the script/,
    ],
    [[`--exclude=/${"n".repeat(1600)}`], /"--exclude": it names a file on the Head Node/],
  ])("what a line cannot hold is refused", async (options, why) => {
    const w = slurmScene({ "job.sh": "#!/bin/sh\ntrue\n" });
    await expect(w.call([...options, "job.sh"])).rejects.toThrow(why);
    expect(w.store.objects.size).toBe(0);
  });

  test("lines of other systems would count before them", async () => {
    const w = slurmScene({ "job.sh": "#!/bin/sh\n#PBS -t 1-3\ntrue\n" });
    const options = [`--array=${IDS}`, "job.sh"];
    await expect(w.call(options)).rejects.toThrow(
      /^sbatch: error: --array: too long beside #PBS or #BSUB lines/,
    );
    await w.call(["--ignore-pbs", ...options]);
    expect(scriptDirectives((await w.sent()).script)).toEqual([`--array=${IDS}`]);
  });

  test("what such a line says itself stays there", async () => {
    const text = `#!/bin/sh\n#PBS -t ${IDS}\ntrue\n`;
    const w = slurmScene({ "job.sh": text });
    await w.call(["job.sh"]);
    const { options, script, job } = await w.sent();
    expect([options, script]).toEqual([["--job-name=job.sh"], text]);
    expect(job?.asked.array).toBe(IDS);
  });

  test("whatever the values are, each option counts as it was given", () => {
    const names = ["array", "exclude", "constraint", "licenses", "mail-user"] as const;
    const value = fc
      .array(fc.constantFrom("a", " ", '"', "'", "\\", "#", "=", "あ", "%", "$", "x".repeat(300)), {
        minLength: 1,
        maxLength: 9,
      })
      .map((parts) => `v${parts.join("")}`);
    const some = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(some, some, fc.integer({ min: 0, max: 1536 }), (given, inScript, room) => {
        const directives = Object.keys(inScript).map((name) => `#SBATCH --${name}=s\n`);
        const text = `#!/bin/sh\n${directives.join("")}true\n`;
        const argv = Object.entries(given).map(([name, one]) => `--${name}=${one}`);
        const call = sbatchCall([...argv, "job.sh"]);
        const options = sbatchOptionsOf(call, {}, text);
        const plan = planOf(call, options, {
          script: { text, name: "job.sh" },
          places: new Places("/nowhere"),
          dependencies: undefined,
          env: {},
          user: "taro",
        });
        const fitting = withLongInScript(plan, options, {
          room,
          metadata: sbatchMetadata,
          check: sbatchOptions,
          without: withoutOptions,
          quoted,
        });
        expect(JSON.stringify(fitting.options).length).toBeLessThanOrEqual(Math.max(room, 2));
        const words = [...scriptDirectives(fitting.script), ...fitting.options];
        for (const name of names)
          expect(optionValue(words, name, "\0")).toBe(
            given[name] ?? (inScript[name] === undefined ? undefined : "s"),
          );
      }),
    );
  });
});
