import { describe, expect, test } from "@jest/globals";
import { cliConfig } from "../../../../cli/config.ts";
import { awsError } from "../../../../cli/errors/aws-error.ts";
import { reportError } from "../../../../cli/errors/report-error.ts";
import { checkPrefix } from "../../../../cli/jobs/check-prefix.ts";
import { jobSource } from "../../../../cli/jobs/job-source.ts";
import { noSuchJob } from "../../../../cli/jobs/job-status.ts";
import { ja } from "../../../../cli/messages/ja.ts";
import { sayIn } from "../../../../cli/messages/say.ts";
import { verdict } from "../../../../cli/output/verdict.ts";
import { parseFlags } from "../../../../cli/parse-flags.ts";
import { checkClusterFlags } from "../../../../cli/verbs/cluster-config/cluster-config.ts";
import { clusterConfigVerb } from "../../../../cli/verbs/cluster-config/description.ts";
import type { JobRecord } from "../../../../protocol/record.ts";
import { FollowScene } from "../../../support/follow-scene.ts";
import { projectFiles, projectText } from "../../../support/project-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const say = sayIn(ja.messages);
const KANA_OR_KANJI = /[\u3040-\u30ff\u4e00-\u9fff]/;

/** Printed text of an error. */
function printed(error: unknown, json = false): string {
  const lines: string[] = [];
  reportError(error, say, { json, write: (line) => void lines.push(line) });
  return lines.join("\n");
}

async function thrownBy(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("with --lang ja", () => {
  test("every message is Japanese but for those that are a command or a name", () => {
    const names = ["ask.yesNo", "status.sbatch", "doctor.jobFix"];
    const others = Object.entries(ja.messages).filter(
      ([, text]) => /[a-z]/i.test(text.replaceAll(/\{"?\w+"?\}/g, "")) && !KANA_OR_KANJI.test(text),
    );
    expect(others.map(([key]) => key)).toEqual(names);
  });

  test("an error of the command line says what its code means, and the rest in Japanese", () => {
    expect(printed(noSuchJob("job1"))).toBe(
      "cloud-submit: そのジョブはありません: job1: バケットにありません",
    );
  });

  test.each<[string, () => unknown]>([
    ["a bad prefix", () => checkPrefix("a b")],
    ["a folder that is not there", () => jobSource("/nowhere")],
    ["a folder without a script", () => jobSource(temporaryFolder())],
    ["no bucket", () => cliConfig({}, {}, "/")],
    ["a flag that does not fit", () => parseFlags(clusterConfigVerb.flags, { queue: "-" })],
    [
      "flags that do not fit each other",
      () => checkClusterFlags(parseFlags(clusterConfigVerb.flags, { queue: "default" })),
    ],
    [
      "what AWS says",
      () => {
        throw Object.assign(new Error("x"), { name: "ExpiredToken" });
      },
    ],
  ])("%s is told in Japanese, details and all", async (_name, action) => {
    const said = printed(await thrownBy(action))
      .split(": ")
      .slice(2)
      .join(": ");
    expect(said).toMatch(KANA_OR_KANJI);
  });

  test("--json stays as it is for programs", () => {
    expect(JSON.parse(printed(noSuchJob("job1"), true))).toEqual({
      error: { code: "no-such-job", message: "job1: there is no such job in the bucket" },
      exitCode: 2,
    });
  });

  test("words from elsewhere are kept, after what they mean", () => {
    expect(printed(awsError(Object.assign(new Error("no route"), { syscall: "connect" })))).toBe(
      "cloud-submit: AWS のエラーです: no route",
    );
    const record: JobRecord = {
      version: 1,
      prefix: "job1",
      submission: "s1",
      state: "JOB_ERROR",
      outcome: "submit-failed",
      error: { code: "sbatch-refused", message: "invalid partition" },
      times: {},
    };
    expect(verdict(say, record)).toBe(
      "job1: submit-failed, sbatch がジョブを拒否しました: invalid partition",
    );
  });

  test("logs tells in Japanese what keeps it waiting", async () => {
    const scene = new FollowScene();
    await scene.state("FILE_UPLOAD");
    scene.steps.push(() => scene.end("one\n"));
    await scene.follow({ say });
    expect(scene.notes).toEqual(["job1: ヘッドノードの受け取りを待っています"]);
  });
});

test("the command line has no error whose words are in no catalogue", () => {
  // zod and JSON.parse say what is wrong with the file.
  const except = ["cli/errors/command-error.ts", "cli/config.ts"];
  const own = projectFiles("cli/")
    .filter((path) => path.endsWith(".ts") && !except.includes(path))
    .filter((path) => /new CloudSubmitError\(/.test(projectText(path)));
  expect(own).toEqual([]);
});
