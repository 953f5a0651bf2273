import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import {
  ask,
  bucket,
  bytes,
  inCheckout,
  keys,
  newPrefix,
  put,
  record,
  runTool,
  sbatchCount,
  ssmCommands,
  submit,
  text,
  untilState,
  upload,
} from "../support/local-cloud.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("a person with the AWS CLI and the old guide", () => {
  const aws = (...args: string[]) => runTool(inCheckout(".local/venv/bin/aws"), args);

  test("syncs a folder, copies FILE_UPLOAD, reads the states and finds every output", async () => {
    const prefix = newPrefix("guide");
    const work = join(temporaryFolder(), "work");
    mkdirSync(join(work, "data"), { recursive: true });
    writeFileSync(
      join(work, "job-aws-run.sh"),
      "#!/bin/bash\nmkdir out\nsleep 1\nsort data/in > out/sorted\n",
    );
    writeFileSync(join(work, "data/in"), "b\na\n");
    const status = join(work, "..", "job-aws-stat.txt");
    writeFileSync(status, "FILE_UPLOAD\n");

    const url = `s3://${bucket}/${prefix}`;
    expect(await aws("s3", "sync", work, `${url}/`)).toMatchObject({ code: 0 });
    expect(await aws("s3", "cp", status, `${url}/job-aws-stat.txt`)).toMatchObject({ code: 0 });
    await untilState(prefix, "JOB_SUBMIT");
    // On a busy machine the AWS CLI takes longer to start than the job to end.
    const { stdout: said } = await aws("s3", "cp", `${url}/job-aws-stat.txt`, "-");
    expect(said).toMatch(/^JOB_(SUBMIT|COMPLETE)\n$/);
    await untilState(prefix, "JOB_COMPLETE");
    expect(await aws("s3", "sync", `${url}/`, work)).toMatchObject({ code: 0 });
    expect(readFileSync(join(work, "out/sorted"), "utf8")).toBe("a\nb\n");
    expect(readFileSync(join(work, "job-aws-sbatch.out"), "utf8")).toMatch(
      /^Submitted batch job \d+\n$/,
    );
    const jobId = readFileSync(join(work, "job-aws-jobid.txt"), "utf8").trim();
    expect(readFileSync(join(work, "job-aws-sbatch.out"), "utf8")).toMatch(jobId);
    expect(await keys(`${prefix}/slurm-${jobId}.out`)).toHaveLength(1);
  });
});

describe("FILE_UPLOAD", () => {
  test.each([
    ["without a newline", "FILE_UPLOAD"],
    ["with a newline", "FILE_UPLOAD\n"],
    ["with CRLF", "FILE_UPLOAD\r\n"],
    ["with a byte order mark", "\ufeffFILE_UPLOAD\r\n"],
    ["in UTF-16", Buffer.from("\ufeffFILE_UPLOAD\r\n", "utf16le")],
  ])("is understood %s", async (_name, status) => {
    const prefix = newPrefix("word");
    await upload(prefix, "true");
    await ask(prefix, status);
    await untilState(prefix, "JOB_COMPLETE");
    expect((await record(prefix))?.outcome).toBe("completed");
  });

  test("is one SSM command; the job's other files and states are none", async () => {
    const prefix = newPrefix("quiet");
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`data/${n}`, "x"]));
    await upload(prefix, "mkdir sub; echo FILE_UPLOAD > sub/job-aws-stat.txt", {
      ...files,
      "sub.job-aws-stat.txt": "FILE_UPLOAD",
    });
    await put(`${prefix}/job-aws-stat.txt`, "HELLO");
    await ask(prefix);
    await untilState(prefix, "JOB_COMPLETE");
    expect(ssmCommands(prefix)).toHaveLength(1);
    expect(await text(`${prefix}/sub/job-aws-stat.txt`)).toBe("FILE_UPLOAD\n");
  });
});

test("A submission is sbatch'ed once, never twice, never zero times: 8 jobs at the same moment, each status object written twice", async () => {
  const before = sbatchCount();
  const prefixes = Array.from({ length: 8 }, () => newPrefix("burst"));
  await Promise.all(prefixes.map((prefix) => upload(prefix, `echo ${prefix} > out`)));
  await Promise.all(prefixes.flatMap((prefix) => [ask(prefix), ask(prefix)]));
  await Promise.all(prefixes.map((prefix) => untilState(prefix, "JOB_COMPLETE")));
  for (const prefix of prefixes) {
    expect(await text(`${prefix}/out`)).toBe(`${prefix}\n`);
    for (const { parameters, status } of ssmCommands(prefix))
      expect([parameters.Prefix, status]).toEqual([[prefix], "Success"]);
  }
  expect(sbatchCount() - before).toBe(8);
});

describe("file names", () => {
  const names = [
    "a b.txt",
    "plus+plus",
    "100%",
    "%20",
    "it's",
    "$(touch pwned)",
    "`touch pwned`",
    "new\nline",
    "日本語 ファイル.txt",
    "-rf",
    "tab\there",
    '"quoted"',
    "back\\slash",
    "a;b&c|d",
    "~",
    "#",
    "é",
    "trailing ",
    "sub folder/ü/深い",
  ];

  test("of any kind go up, are there for the job, and come back byte for byte", async () => {
    const prefix = newPrefix("names");
    const content = (name: string) =>
      Buffer.concat([Buffer.from(name), Buffer.from([0, 255, 10, 13])]);
    await upload(
      prefix,
      "mkdir copy && find . -type f ! -name 'job-aws*' ! -path './copy/*' -print0 | xargs -0 cp --parents -t copy && touch copy/zero2 && mkdir copy/void && [ -d empty ] && [ ! -s zero ]",
      Object.fromEntries(names.map((name) => [name, content(name)])),
    );
    await put(`${prefix}/empty/`);
    await put(`${prefix}/zero`);
    await ask(prefix);
    await untilState(prefix, "JOB_COMPLETE");
    expect(await record(prefix)).toMatchObject({
      outcome: "completed",
      stageIn: { verdict: "complete" },
      stageOut: { verdict: "complete" },
    });
    for (const name of names)
      expect([name, await bytes(`${prefix}/copy/${name}`)]).toEqual([name, content(name)]);
    for (const name of ["empty/", "zero", "copy/zero", "copy/zero2", "copy/void/"])
      expect([name, (await bytes(`${prefix}/${name}`))?.length]).toEqual([name, 0]);
    expect(
      (await keys(`${prefix}/`)).filter((key) => key.includes("pwned") && !key.includes("touch")),
    ).toEqual([]);
  });
});

describe("A user changes only what is theirs: what cannot run", () => {
  test.each(["a b", "-x", "$(id)", "../x", "a;touch x", "日本", "x".repeat(129)])(
    "prefix %j: JOB_ERROR and a record that says why; nothing reaches a shell",
    async (prefix) => {
      await submit(prefix, "true");
      await untilState(prefix, "JOB_ERROR");
      expect(await record(prefix)).toMatchObject({
        prefix,
        outcome: "rejected",
        error: {
          code: "bad-prefix",
          message: expect.stringContaining("use 1 to 128 of the characters"),
        },
      });
      expect(ssmCommands(prefix)).toEqual([]);
    },
  );

  test("a prefix without a job script: JOB_ERROR", async () => {
    const prefix = newPrefix("noscript");
    await put(`${prefix}/data`, "1");
    await ask(prefix);
    await untilState(prefix, "JOB_ERROR");
    expect(await record(prefix)).toMatchObject({
      outcome: "rejected",
      error: { code: "no-script" },
    });
  });

  test("a script that sbatch refuses: JOB_ERROR, and sbatch's own words", async () => {
    const prefix = newPrefix("refused");
    await submit(prefix, "#SBATCH -p nosuch\ntrue");
    await untilState(prefix, "JOB_ERROR");
    expect(await text(`${prefix}/job-aws-sbatch.out`)).toMatch(
      /invalid partition specified: nosuch/,
    );
    expect(await record(prefix)).toMatchObject({
      outcome: "submit-failed",
      error: { code: "sbatch-refused", message: expect.stringMatching(/partition/i) },
    });
  });

  test("a script with DOS line ends: JOB_ERROR, and sbatch's own words", async () => {
    const prefix = newPrefix("dos");
    await put(`${prefix}/job-aws-run.sh`, "#!/bin/bash\r\ntrue\r\n");
    await ask(prefix);
    await untilState(prefix, "JOB_ERROR");
    expect(await text(`${prefix}/job-aws-sbatch.out`)).toMatch(/DOS line breaks/);
  });

  test("files of a job's own folder that lead out of it stay where they are", async () => {
    const prefix = newPrefix("links");
    await submit(prefix, "ln -s /etc/passwd stolen; ln -s /etc folder; echo ok > out");
    await untilState(prefix, "JOB_COMPLETE");
    expect(await keys(`${prefix}/stolen`)).toEqual([]);
    expect(await keys(`${prefix}/folder`)).toEqual([]);
    const { stageOut } = (await record(prefix)) ?? {};
    expect([stageOut?.verdict, stageOut?.skipped.map(({ path }) => path).toSorted()]).toEqual([
      "partial",
      ["folder", "stolen"],
    ]);
    expect(await text(`${prefix}/out`)).toBe("ok\n");
  });

  test("what a job writes over the protocol's files stays where it is, and it sees nothing of the agent", async () => {
    const prefix = newPrefix("forged");
    const forged =
      "for f in job-aws-{stat.txt,job.json,jobid.txt,sbatch.out}; do echo forged > $f; done";
    await submit(prefix, `${forged}\nenv > environment\nexit 3`);
    await untilState(prefix, "JOB_COMPLETE");
    expect(await record(prefix)).toMatchObject({ outcome: "failed", slurm: { exitCode: 3 } });
    expect(await text(`${prefix}/job-aws-jobid.txt`)).toMatch(/^\d+\n$/);
    expect(await text(`${prefix}/job-aws-sbatch.out`)).toMatch(/^Submitted batch job /);
    expect(await text(`${prefix}/environment`)).not.toMatch(/^(AWS|CLOUD_SUBMIT)_/m);
  });
});
