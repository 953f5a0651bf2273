import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { readLocalEnv } from "../../local/cloud.ts";
import { loadConfig } from "../../local/config.ts";
import { waitUntil } from "../../local/wait-until.ts";
import { type JobRecord, parseRecord } from "../../protocol/record.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** The local cloud that the tests run on. */
export const localConfig = loadConfig();

/** The variables of its `env` file, and where its Slurm's commands are. */
export const localEnv: Record<string, string> = {
  ...readLocalEnv(localConfig),
  PATH: localConfig.baseEnv["PATH"] ?? "",
};
export const bucket = localEnv.BUCKET ?? "";

const s3 = new S3Client({
  endpoint: localEnv.AWS_ENDPOINT_URL ?? "",
  region: localEnv.AWS_REGION ?? "",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

/** Writes an object as any S3 client does. */
export async function put(
  key: string,
  body: string | Uint8Array = "",
  metadata: Record<string, string> = {},
): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: Buffer.from(body),
      Metadata: metadata,
    }),
  );
}

/** Removes every object under a prefix. */
export async function removeAll(prefix: string): Promise<void> {
  for (const Key of await keys(prefix))
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
}

/** The bytes of an object; undefined when there is none. */
export async function bytes(key: string): Promise<Buffer | undefined> {
  try {
    const got = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from((await got.Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

/** The version id of an object. */
export async function versionOf(key: string): Promise<string> {
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  return head.VersionId ?? "";
}

/** Invokes a deployed function and waits for its end; returns its answer. */
export async function invoke(name: string, event: object): Promise<unknown> {
  const text = await askLambda("POST", `${name}/invocations`, event);
  return text === "" ? undefined : JSON.parse(text);
}

/** Does something while a deployed function has another value in its environment. */
export async function withVariable(
  name: string,
  variable: Record<string, string>,
  act: () => Promise<void>,
): Promise<void> {
  const path = `${name}/configuration`;
  const { Environment } = JSON.parse(await askLambda("GET", path)) as {
    Environment: { Variables: Record<string, string> };
  };
  const { Variables } = Environment;
  await askLambda("PUT", path, { Environment: { Variables: { ...Variables, ...variable } } });
  try {
    await act();
  } finally {
    await askLambda("PUT", path, { Environment: { Variables } });
  }
}

async function askLambda(method: string, path: string, body?: object): Promise<string> {
  const url = `${localEnv.AWS_ENDPOINT_URL}/2015-03-31/functions/cloud-submit-local-${path}`;
  const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const failed = answer.headers.get("x-amz-function-error");
  const text = await answer.text();
  if (!answer.ok || failed) throw new Error(`${path}: ${answer.status} ${text}`);
  return text;
}

export async function text(key: string): Promise<string | undefined> {
  return (await bytes(key))?.toString();
}

/** Every key under a prefix. */
export async function keys(prefix: string): Promise<string[]> {
  const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
}

/** The job record. */
export async function record(prefix: string): Promise<JobRecord | undefined> {
  return parseRecord((await text(`${prefix}/job-aws-job.json`)) ?? "");
}

/** Waits until `look` gives something other than undefined or false. */
export function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  return waitUntil(
    what,
    async () => {
      const seen = await look();
      return seen === false ? undefined : seen;
    },
    { deadline: timeoutMs },
  );
}

/** Waits until the status object says one of `states`, and returns the one. */
export function untilState(prefix: string, ...states: string[]): Promise<string> {
  return eventually(`${prefix} is ${states.join(" or ")}`, async () => {
    const state = (await text(`${prefix}/job-aws-stat.txt`))?.trim();
    return state !== undefined && states.includes(state) && state;
  });
}

/** Uploads a job without its status object. */
export async function upload(
  prefix: string,
  script: string,
  files: Record<string, string | Uint8Array> = {},
): Promise<void> {
  await put(`${prefix}/job-aws-run.sh`, `#!/bin/bash\n${script}\n`);
  for (const [name, body] of Object.entries(files)) await put(`${prefix}/${name}`, body);
}

/** Asks for a job to be run, as the last step of an upload. */
export async function ask(
  prefix: string,
  status: string | Uint8Array = "FILE_UPLOAD\n",
): Promise<void> {
  await put(`${prefix}/job-aws-stat.txt`, status);
}

/** Uploads a job, and asks for it to be run. */
export async function submit(...job: Parameters<typeof upload>): Promise<void> {
  await upload(...job);
  await ask(job[0]);
}

/** A prefix that no other test has. */
export function newPrefix(name: string): string {
  return `${name}-${randomBytes(4).toString("hex")}`;
}

/** How many jobs slurmctld says it has accepted in its life. */
export function sbatchCount(): number {
  const log = readFileSync(join(localConfig.log, "slurmctld.log"), "utf8");
  return log.match(/_slurm_rpc_submit_batch_job: JobId=/g)?.length ?? 0;
}

/** One SSM command as the stand-in logged it. */
export interface LoggedCommand {
  commandId: string;
  parameters: Record<string, string[]>;
  status: string;
  exitCode: number;
}

/** The SSM commands that were sent for a prefix. */
export function ssmCommands(prefix: string): LoggedCommand[] {
  const log = localConfig.commandLog;
  if (!existsSync(log)) return [];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LoggedCommand)
    .filter((command) => command.parameters.Prefix?.[0] === prefix);
}

/** How a command ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that may be running yet. */
export interface Started {
  /** Output so far. */
  stdout: () => string;
  ended: Promise<Ended>;
}

/** Starts a program with the local cloud in its environment. */
function startTool(file: string, args: string[], cwd?: string): Started {
  const kept = { stdout: "", stderr: "" };
  const ended = new Promise<Ended>((resolve, reject) => {
    const env = { ...process.env, ...localEnv, NODE_OPTIONS: "" };
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (kept.stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (kept.stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...kept }));
  });
  return { stdout: () => kept.stdout, ended };
}

/** Runs a program with the local cloud in its environment. */
export function runTool(file: string, args: string[], cwd?: string): Promise<Ended> {
  return startTool(file, args, cwd).ended;
}

/** Runs the built command line. */
export function cli(args: string[], cwd?: string): Promise<Ended> {
  return runTool(process.execPath, [join(checkout, "dist/cloud-submit.cjs"), ...args], cwd);
}

/** Starts the built command line. */
export function startCli(args: string[]): Started {
  return startTool(process.execPath, [join(checkout, "dist/cloud-submit.cjs"), ...args]);
}

/** Path of a file of the project. */
export function inCheckout(...path: string[]): string {
  return join(checkout, ...path);
}
