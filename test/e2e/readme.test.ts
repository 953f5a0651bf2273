import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { HEARTBEAT_KEY, isAlive, parseHeartbeat } from "../../protocol/heartbeat.ts";
import {
  eventually,
  inCheckout,
  localConfig,
  localEnv,
  newPrefix,
  runTool,
  text,
  untilState,
} from "../support/local-cloud.ts";
import { commandsOf } from "../support/readme.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Commands of the README that are not run here, and what runs them. */
const ELSEWHERE: Record<string, string> = {
  "npm run demo":
    "is what brings up the local cloud that these tests run on, and then examples/hello, as below",
  "npm test": "runs this test",
  ". .local/env": "begins each command here",
  'eval "$(npx cloud-submit slurm env)"': "begins each command of Slurm here",
  "npm run local:down": "test/e2e/cloud-down.mjs",
  "npm ci && npm run build && npm run build:headnode": "test/e2e/headnode-install",
  "npx sls deploy --stage prod --region ap-northeast-1 --param clusterName=mycluster --param network=new":
    "test/deploy/lifecycle",
  "npx cloud-submit headnode publish --stage prod": "test/deploy/lifecycle",
  "npx cloud-submit cluster-config --stage prod > cluster.yaml": "test/deploy/lifecycle",
  "pcluster create-cluster --cluster-name mycluster --cluster-configuration cluster.yaml":
    "test/unit/cli/verbs/cluster-config/cluster-config has the real package load the file; a cluster needs AWS",
  "npx cloud-submit run examples/hello --bucket BUCKET":
    "needs AWS; the tour runs the same on the local cloud",
};

const folder = temporaryFolder();
const names = new Map<string, string>();

/** The command with a folder and job names of this run's own. */
function own(command: string): string {
  return command
    .replaceAll("/tmp/", `${folder}/`)
    .replace(/(?<![/\w])tour\d|(?<=BUCKET\/)tour\d/g, (name) => {
      const given = names.get(name) ?? newPrefix(name);
      names.set(name, given);
      return given;
    });
}

/** Whether a command calls Slurm's commands, of which the page has put those of cloud-submit first on PATH. */
const isSlurms = (command: string) =>
  /^(?:\(cd \S+ && )?s(?:batch|queue|acct|cancel)\b/.test(command);

/** In a shell as the tour's, of a user who has settings for the real AWS. */
async function run(command: string) {
  const slurm = isSlurms(command) ? 'eval "$(npx cloud-submit slurm env)"; ' : "";
  const shell = `export AWS_PROFILE=work; . ${localConfig.envFile}; ${slurm}${own(command)}`;
  return runTool("bash", ["-c", shell], inCheckout());
}

const commands = commandsOf("README.md");

describe("README.md", () => {
  test.each(commands.filter((command) => ELSEWHERE[command] === undefined))(
    "%s",
    async (command) => {
      // Another test's agent may have been the last to write, that it has stopped.
      if (command.endsWith(" doctor"))
        await eventually("a heartbeat of the agent that is up", async () => {
          const heartbeat = parseHeartbeat((await text(HEARTBEAT_KEY)) ?? "");
          return heartbeat && isAlive(heartbeat, new Date());
        });
      const { code, stdout, stderr } = await run(command);
      expect([stderr, code]).toEqual([expect.any(String), 0]);
      if (command.includes("FILE_UPLOAD |"))
        await untilState(names.get("tour3") ?? "", "JOB_COMPLETE");
      if (command.endsWith("job-aws-stat.txt -") && !command.startsWith("echo"))
        expect(stdout).toBe("JOB_COMPLETE\n");
      if (command.includes("sbatch ")) expect(stdout).toMatch(/^Submitted batch job \d+\n$/);
      if (command.startsWith("sacct ")) expect(stdout).toMatch(/ hello +COMPLETED +0:0 *\n/);
    },
  );

  test("what the tour's jobs printed is what the example prints", async () => {
    expect(localEnv.BUCKET).toBeDefined();
    for (const name of names.values())
      expect(await text(`${name}/results/alpha.stats`)).toMatch(/^data\/alpha.txt: n=40 /);
  });

  test("names no command as run elsewhere that it does not show", () => {
    expect(Object.keys(ELSEWHERE).filter((command) => !commands.includes(command))).toEqual([]);
  });
});

test("sbatch has brought the results into the folder that it was called in", () => {
  const stats = readFileSync(join(folder, "tour6/results/alpha.stats"), "utf8");
  expect(stats).toMatch(/^data\/alpha.txt: n=40 /);
});

test("README.ja.md shows the same commands", () => {
  expect(commandsOf("README.ja.md")).toEqual(commands);
});
