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

test("a job that is held begins with its last files, its arguments and its own folder", async () => {
  const prefix = newPrefix("open");
  const script = '#!/bin/bash\ncat "$1" /home/u/proj/late > out.txt\necho "$2" >> out.txt\n';
  const words = ["/home/u/proj/in.txt", "a  'b' $(id)"];
  const more = { readKey, arguments: words, origins: [{ path: "/home/u/proj", at: "" }] };
  const id = await submit(prefix, { "job-aws-run.sh": script, "in.txt": "in\n" }, more);
  const [row = ""] = await rows(id);
  // Older versions show the arguments, too.
  expect(row).toMatch(/^PENDING JobHeldUser \/.*\/job-aws-run\.sh(?: \/.*\/in\.txt a {2}'b'.*)?$/);
  await close(prefix, { late: "late\n" });
  await untilState(prefix, "JOB_COMPLETE");
  expect(await text(`${prefix}/out.txt`)).toBe("in\nlate\na  'b' $(id)\n");
  expect((await record(prefix))?.outcome).toBe("completed");
});

/** Asks for a job of these directives; its id, once Slurm shows all of it as held. */
async function submitHeld(prefix: string, directives: string): Promise<string> {
  const id = await submit(prefix, { "job-aws-run.sh": `#!/bin/bash\n${directives}true\n` }, {});
  expect((await rows(id)).every((row) => row.startsWith("PENDING JobHeldUser"))).toBe(true);
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
  await eventually("no component is held", async () =>
    (await rows(id)).every((row) => !row.includes("JobHeldUser")),
  );
  // There is one node, and so no room for both at a time.
  await ask(prefix, "JOB_CANCEL\n");
  await untilState(prefix, "JOB_COMPLETE");
});

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
