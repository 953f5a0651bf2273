import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { sayEnglish } from "../../../../../cli/messages/say.ts";
import { wayOnLine } from "../../../../../cli/ui/way-on.ts";
import { submitAndTell, submitLine } from "../../../../../cli/verbs/submit/submit.ts";
import { endingJobs } from "../../../../support/ending-jobs.ts";
import { scriptFolder } from "../../../../support/job-folder.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

describe("submit", () => {
  test("sends a folder with options for sbatch, and prints an object that fits its schema", async () => {
    const { context, store, out } = endingJobs({ json: true });
    await submitAndTell(context, [scriptFolder()], {
      prefix: "job1",
      sbatchOptions: ["--nodes=2"],
    });
    expect(submitLine.parse(JSON.parse(out[0] ?? ""))).toMatchObject({
      prefix: "job1",
      files: 1,
    });
    expect(store.objects.get("job1/job-aws-stat.txt")?.metadata).toMatchObject({
      "sbatch-options": '["--nodes=2"]',
    });
  });

  test("a script by itself becomes job-aws-run.sh of a job that is named after it", async () => {
    const { context, store, out } = endingJobs();
    const script = join(temporaryFolder(), "wave.sh");
    writeFileSync(script, "#!/bin/bash\necho 1\n");
    await submitAndTell(context, [script], {});
    expect(out).toEqual(["Submitted wave-20261124-120000-000001"]);
    expect(store.text("wave-20261124-120000-000001/job-aws-run.sh")).toMatch(/echo 1/);
    expect(store.writes.map((key) => key.split("/")[1])).toEqual([
      "job-aws-run.sh",
      "job-aws-manifest.json",
      "job-aws-stat.txt",
    ]);
  });

  test.each([
    ["no #!", "echo 1\n", /must begin with #!/],
    ["Windows line ends", "#!/bin/sh\r\necho 1\r\n", /CRLF/],
  ])("refuses a script with %s before anything is sent", async (_name, text, message) => {
    const { context, store } = endingJobs();
    await expect(submitAndTell(context, [scriptFolder(text)], {})).rejects.toThrow(message);
    expect(store.writes).toEqual([]);
  });

  test("says at each moment what an interruption leaves", async () => {
    const moments: string[] = [];
    const { context, store } = endingJobs();
    const now = () => {
      const { wayOn } = context.interrupt;
      return wayOn ? wayOnLine(sayEnglish, wayOn) : "";
    };
    store.before = (operation) => {
      if (operation === "put") moments.push(now());
    };
    await submitAndTell(context, [scriptFolder()], {
      prefix: "job1",
      sbatchOptions: ["--time=1:00"],
    });
    expect(moments[0]).toMatch(
      /^Nothing was submitted.*cloud-submit submit \S+ --prefix job1 -- --time=1:00$/,
    );
    expect(moments.at(-1)).toMatch(
      /may have been submitted.*cloud-submit status job1; if there is no such job: cloud-submit submit/,
    );
    expect(now()).toMatch(/The job continues.*wait job1.*cancel job1/);
  });
});
