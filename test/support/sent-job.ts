import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeInputManifest } from "../../bucket/job-objects/manifest.ts";
import { writeRecord } from "../../bucket/job-objects/record.ts";
import { writeStatus } from "../../bucket/job-objects/status.ts";
import { type Machine, newMachine } from "../../bucket/machine.ts";
import { FolderCopies } from "../../cli/slurm/fetcher/folder-copies.ts";
import type { JobFile } from "../../cli/slurm/job-file.ts";
import type { Input, Inputs } from "../../protocol/manifest.ts";
import type { JobRecord } from "../../protocol/record.ts";
import { LocalCopies } from "../../transfer/comparing/local-copies.ts";
import { uploadFolder } from "../../transfer/upload.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { testContext } from "./test-ui.ts";

const BOARD = "board-0123456789abcdefghij";

/** The file of a job of the Slurm front end, as sbatch writes it. */
export function jobFile(changes: Partial<JobFile> = {}): JobFile {
  const id = changes.id ?? "12";
  return {
    version: 1,
    id,
    bucket: "jobs",
    prefix: `job${id}`,
    submission: `20261124T120000Z-${id}`,
    board: BOARD,
    origins: [{ path: "/nowhere", at: "" }],
    isOpen: true,
    asked: {
      name: "job.sh",
      user: "taro",
      options: [],
      command: "/nowhere/job.sh",
      workDir: "/nowhere",
      stdout: "/nowhere/slurm-%j.out",
    },
    submittedAt: "2026-11-24T12:00:00.000Z",
    results: "waiting",
    ...changes,
  };
}

/** A folder on a user's machine from which jobs are sent, and the bucket that they are sent to. */
export function sendingWorld() {
  const test = testContext();
  const root = join(temporaryFolder(), "work");
  mkdirSync(root);
  const context = { ...test.context, copyStates: temporaryFolder() };
  const machine: Machine = newMachine();
  const copies = new FolderCopies(context);
  test.store.now = () => context.now();
  return { ...test, context, root, machine, copies };
}

/** Sends a folder as sbatch does: files, manifest, status object. The clock goes on by some seconds. */
export async function sendJob(
  { context, store, clock, machine }: ReturnType<typeof sendingWorld>,
  changes: Partial<JobFile> & { origins: JobFile["origins"] },
): Promise<JobFile> {
  const file = jobFile({ submittedAt: context.now().toISOString(), ...changes });
  const { prefix, origins, submission } = file;
  const inputs: Input[] = [];
  for (const { path, at } of origins) {
    const known = await LocalCopies.open(context.copyStates, path);
    await uploadFolder(store, path, at === "" ? prefix : `${prefix}/${at}`, {
      outsideLinks: "follow",
      machine,
      onObject: (input) =>
        void inputs.push({ ...input, path: at === "" ? input.path : `${at}/${input.path}` }),
      onCopy: (local, etag, checksum) => known.note(local.path, etag, local.stats, checksum),
    });
    await known.save(clock.ms);
  }
  const own = origins.map(({ path, at }) => ({ path, at }));
  await writeInputManifest(store, prefix, inputs, { readKey: "k".repeat(22), origins: own });
  await writeStatus(store, prefix, "FILE_UPLOAD", { submission });
  clock.ms += 2_000;
  return file;
}

/** Objects that the agent writes when a job has ended: results, record, final state. The clock goes on by some seconds. */
export async function endJob(
  { context, store, clock }: ReturnType<typeof sendingWorld>,
  { prefix, submission, id }: JobFile,
  results: Readonly<Record<string, string>>,
  output?: JobRecord["output"],
): Promise<void> {
  for (const [path, text] of Object.entries(results)) await store.put(`${prefix}/${path}`, text);
  const ended = context.now().toISOString();
  const record: JobRecord = {
    version: 1,
    prefix,
    submission,
    state: "JOB_COMPLETE",
    outcome: "completed",
    slurm: { jobId: id, state: "COMPLETED", exitCode: 0, endedAt: ended },
    ...(output && { output }),
    times: { requested: new Date(clock.ms - 2_000).toISOString(), final: ended },
  };
  await writeRecord(store, record);
  await writeStatus(store, prefix, "JOB_COMPLETE", { submission });
  clock.ms += 2_000;
}

/** Content of a job's folder: the inputs of its manifest, and over them those of its closing object. */
export function gets(store: ReturnType<typeof sendingWorld>["store"], file: JobFile) {
  const read = (name: string) => {
    const text = store.objects.get(`${file.prefix}/${name}`)?.body.toString();
    return text === undefined ? [] : (JSON.parse(text).inputs as Input[]);
  };
  const inputs: Inputs = new Map(
    [...read("job-aws-manifest.json"), ...read("job-aws-closing.json")].map((one) => [
      one.path,
      one,
    ]),
  );
  return inputs;
}
