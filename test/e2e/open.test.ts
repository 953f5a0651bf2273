import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { formatManifest, type Input, type Manifest } from "../../protocol/manifest.ts";
import { formatClosing } from "../../protocol/open-submission.ts";
import {
  ask,
  bytes,
  eventually,
  newPrefix,
  put,
  record,
  runTool,
  text,
  untilState,
} from "../support/local-cloud.ts";

const md5 = (body: string) => createHash("md5").update(body).digest("hex");

/** Sends files; as inputs. */
async function send(prefix: string, files: Record<string, string>): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const [path, body] of Object.entries(files)) {
    await put(`${prefix}/${path}`, body);
    inputs.push({ path, size: Buffer.byteLength(body), etag: md5(body) });
  }
  return inputs;
}

/** Asks for an open submission, and waits until it has its id. */
async function submit(
  prefix: string,
  files: Record<string, string>,
  more: Omit<Manifest, "inputs">,
  metadata: Record<string, string> = {},
) {
  const manifest = formatManifest(await send(prefix, files), more) ?? "";
  await put(`${prefix}/job-aws-manifest.json`, manifest);
  const asked = { open: "1", submission: `${prefix}-1`, manifest: md5(manifest), ...metadata };
  await put(`${prefix}/job-aws-stat.txt`, "FILE_UPLOAD\n", asked);
  await untilState(prefix, "JOB_SUBMIT", "JOB_ERROR");
  return (await record(prefix))?.slurm?.jobId ?? "";
}

async function close(prefix: string, files: Record<string, string> = {}) {
  const inputs = await send(prefix, files);
  await put(`${prefix}/job-aws-closing.json`, formatClosing({ submission: `${prefix}-1`, inputs }));
}

/** State, reason and command of each row that squeue has of a job. */
async function rows(id: string): Promise<string[]> {
  const { stdout } = await runTool("squeue", ["-h", "-t", "all", "-j", id, "-o", "%T %r %o"]);
  return stdout.split("\n").filter((line) => line !== "");
}

const readKey = "the-key-of-the-runs-of-this-test";

test("a job that is kept back begins with its last files, its arguments and its own folder", async () => {
  const prefix = newPrefix("open");
  const script = '#!/bin/bash\ncat "$1" /home/u/proj/late > out.txt\necho "$2" >> out.txt\n';
  const words = ["/home/u/proj/in.txt", "a  'b' $(id)"];
  const more = { readKey, arguments: words, origins: [{ path: "/home/u/proj", at: "" }] };
  const id = await submit(prefix, { "job-aws-run.sh": script, "in.txt": "in\n" }, more);
  const [row = ""] = await rows(id);
  // Older versions show the arguments, too.
  expect(row).toMatch(/^PENDING BeginTime \/.*\/job-aws-run\.sh(?: \/.*\/in\.txt a {2}'b'.*)?$/);
  await close(prefix, { late: "late\n" });
  await untilState(prefix, "JOB_COMPLETE");
  expect(await text(`${prefix}/out.txt`)).toBe("in\nlate\na  'b' $(id)\n");
  expect((await record(prefix))?.outcome).toBe("completed");
});

/** Asks for a job of these directives; its id, once Slurm shows all of it as waiting. */
async function submitHeld(prefix: string, directives: string): Promise<string> {
  const id = await submit(prefix, { "job-aws-run.sh": `#!/bin/bash\n${directives}true\n` }, {});
  expect((await rows(id)).every((row) => row.startsWith("PENDING "))).toBe(true);
  return id;
}

test("an array is released as a whole", async () => {
  const prefix = newPrefix("open");
  const id = await submitHeld(prefix, "#SBATCH --array=1-3\n");
  await close(prefix);
  await untilState(prefix, "JOB_COMPLETE");
  expect((await record(prefix))?.outcome).toBe("completed");
  expect(await rows(id)).toHaveLength(3);
});

test("each component of a heterogeneous job is released", async () => {
  const prefix = newPrefix("open");
  const id = await submitHeld(prefix, "#SBATCH --ntasks=1\n#SBATCH hetjob\n#SBATCH --ntasks=1\n");
  expect(await rows(id)).toHaveLength(2);
  await close(prefix);
  await eventually("no component waits for its date", async () =>
    (await rows(id)).every((row) => !row.includes("BeginTime")),
  );
  // There is one node, and so no room for both at a time.
  await ask(prefix, "JOB_CANCEL\n");
  await untilState(prefix, "JOB_COMPLETE");
});

test("a job with a date of its own is held, and begins at that date", async () => {
  const prefix = newPrefix("open");
  const id = await submit(prefix, { "job-aws-run.sh": "#!/bin/bash\n#SBATCH -b now+1hour\n" }, {});
  expect(await rows(id)).toEqual([expect.stringMatching(/^PENDING JobHeldUser /)]);
  await close(prefix);
  await eventually("it waits for its date", async () =>
    (await rows(id)).every((row) => row.startsWith("PENDING BeginTime")),
  );
  await ask(prefix, "JOB_CANCEL\n");
  await untilState(prefix, "JOB_COMPLETE");
});

test.each(["--mem=900T", "--tmp=999999999", "--exclude=local-1"])(
  "what no node has is refused as by Slurm, though the job is kept back: %s",
  async (option) => {
    const prefix = newPrefix("open");
    const script = `#!/bin/bash\n#SBATCH ${option}\ntrue\n`;
    expect(await submit(prefix, { "job-aws-run.sh": script }, {})).toBe("");
    expect(await record(prefix)).toMatchObject({
      outcome: "submit-failed",
      error: {
        code: "sbatch-refused",
        message: expect.stringContaining("Requested node configuration is not available"),
      },
    });
  },
);

test.each([
  ["", "d-%j/%x/%A/x", "e-%u/%4j/%s-%n-%t.e"],
  ["--array=1-2", "arr/%A/%3a.o", "err/%a/%x/%%/x"],
  ["", "a\\\\%j/x", "plain/x"],
])(
  "folders of output are made, also those of patterns: %s %s %s",
  async (options, stdout, stderr) => {
    const prefix = newPrefix("open");
    const lines = [options, `-J name -o "${stdout}" -e "${stderr}"`].map((one) => `#SBATCH ${one}`);
    const script = ["#!/bin/bash", ...lines, "echo out", "echo err >&2", ""].join("\n");
    await submit(prefix, { "job-aws-run.sh": script }, {});
    await close(prefix);
    await untilState(prefix, "JOB_COMPLETE");
    const told = await record(prefix);
    expect(told?.outcome).toBe("completed");
    for (const output of told?.output ?? []) {
      expect(await text(`${prefix}/${output.stdout}`)).toBe("out\n");
      expect(await text(`${prefix}/${output.stderr}`)).toBe("err\n");
    }
    expect(told?.output).toHaveLength(options === "" ? 1 : 2);
  },
);

test("a chain has its ids at once, and hands its results on; one that fails ends the rest", async () => {
  const [a, b, c] = [newPrefix("a"), newPrefix("b"), newPrefix("c")];
  const from = [{ prefix: a, path: "", where: ".", readKey }];
  const script = (line: string) => ({ "job-aws-run.sh": `#!/bin/bash\n${line}\n` });
  await submit(a, script("echo made > made"), { readKey });
  const after = { after: `${a}@${a}-1` };
  await submit(b, script("cat made > copy; exit 3"), { readKey, from }, after);
  const last = await submit(c, script("true"), {}, { after: `${b}@${b}-1` });
  for (const one of [c, b, a]) await close(one);
  await untilState(c, "JOB_ERROR");
  expect((await bytes(`${b}/copy`))?.toString()).toBe("made\n");
  expect(await record(c)).toMatchObject({
    outcome: "rejected",
    error: { code: "dependency-failed" },
    slurm: { jobId: last, state: "CANCELLED" },
  });
  await eventually("it is cancelled", async () =>
    (await rows(last)).every((row) => row.startsWith("CANCELLED")),
  );
});
