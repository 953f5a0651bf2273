import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { GLOBAL_FLAGS } from "../../../cli/global-flags.ts";
import { sayEnglish } from "../../../cli/messages/say.ts";
import { buildProgram } from "../../../cli/program.ts";
import { VERBS } from "../../../cli/registry.ts";
import { readParameters } from "../../../cli/sweep/parameters.ts";
import { rowScript, valuesText } from "../../../cli/sweep/row-files.ts";
import { projectText } from "../../support/project-files.ts";
import { commandsOf } from "../../support/readme.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const PAGE = "docs/sweeps.md";
const block = (language: string) =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(projectText(PAGE))?.[1] ?? "";

describe("the example of docs/sweeps.md", () => {
  test("its script writes for each row of its table what the page says", () => {
    const folder = temporaryFolder();
    const params = join(folder, "rows.csv");
    writeFileSync(params, block("csv"));
    const table = readParameters({ params });
    writeFileSync(join(folder, "job-aws-run.sh"), block("bash"));
    writeFileSync(join(folder, "sweep-row.sh"), rowScript(table.columns, table.rows.length));
    writeFileSync(join(folder, "sweep-values.txt"), valuesText(table));
    mkdirSync(join(folder, "results"));
    const written = table.rows.map((_, at) => {
      const SLURM_ARRAY_TASK_ID = String(at + 1);
      const { PATH } = process.env;
      const { stderr } = spawnSync("bash", ["job-aws-run.sh"], {
        cwd: folder,
        env: { PATH, SLURM_ARRAY_TASK_ID },
        stdio: ["ignore", "pipe", "pipe"],
      });
      expect(stderr.toString()).toBe("");
      return readFileSync(join(folder, `results/${at + 1}.txt`), "utf8");
    });
    expect(written).toEqual([
      "speed 0.5, model coarse\n",
      "speed 0.5, model fine, slow\n",
      `speed 1.0, model it's 5" wide\n`,
    ]);
    expect(projectText(PAGE)).toContain(`\`${written[2]?.trim()}\``);
  });

  test("its commands are ones that the command line takes", async () => {
    const called: object[] = [];
    for (const command of commandsOf(PAGE)) {
      const program = buildProgram({
        say: sayEnglish,
        version: "0",
        json: false,
        verbs: VERBS,
        globalFlags: GLOBAL_FLAGS,
        onCall: async ({ name: verb }, args, flags) =>
          void called.push({ verb, ...args, ...flags }),
      });
      await program.parseAsync(command.split(" ").slice(1), { from: "user" });
    }
    expect(called).toMatchObject([
      { verb: "sweep", path: "./work", params: "rows.csv", dryRun: true },
      { verb: "sweep", prefix: "speeds", atOnce: 20 },
      { verb: "sweep status" },
      { verb: "wait" },
      { verb: "fetch" },
      { verb: "sweep", path: "speeds", onlyFailed: true },
    ]);
  });
});
