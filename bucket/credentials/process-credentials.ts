import { spawn } from "node:child_process";
import { basename } from "node:path";
import type { AwsCredentialIdentity } from "@smithy/types";
import * as z from "zod";
import { messageOf } from "../../protocol/error.ts";
import { parseJson } from "../../protocol/parse-json.ts";
import { CredentialsError } from "./credentials-error.ts";
import { splitCommand } from "./split-command.ts";

/** Milliseconds; somebody may have to sign in meanwhile. */
export const PROCESS_MS = 120_000;

/** Bytes of what it prints. */
const PRINTED_MAX = 1024 * 1024;
/** Characters of its errors that are told. */
const TOLD_MAX = 500;

/** Source: AWS SDKs and Tools Reference Guide, "Process credential provider". */
const printedSchema = z.object({
  Version: z.literal(1),
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  SessionToken: z.string().min(1).nullish(),
  Expiration: z.coerce.date().nullish(),
});

/**
 * Credentials that a program prints, which is run without a shell, as by the AWS CLI; it may ask on the terminal.
 *
 * @param place the profile, for messages
 * @throws CredentialsError naming the program, its exit code and what it says on stderr; never what it prints
 */
export async function processCredentials(
  command: string,
  place: string,
  limitMs = PROCESS_MS,
): Promise<AwsCredentialIdentity> {
  const words = wordsOf(command, place);
  const program = `${place}: credential_process ${JSON.stringify(basename(words[0] ?? ""))}`;
  const { stdout, stderr, ended } = await run(words, limitMs).catch((cause: unknown) => {
    throw new CredentialsError(program, `cannot be run: ${messageOf(cause)}`, { cause });
  });
  if (ended !== undefined)
    throw new CredentialsError(program, [ended, tellable(stderr)].filter(Boolean).join(": "));
  const printed = parseJson(printedSchema, stdout);
  if (printed === undefined)
    throw new CredentialsError(program, "it has not printed credentials of version 1 as JSON");
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = printed;
  if (Expiration && Expiration.getTime() < Date.now())
    throw new CredentialsError(program, "it has printed credentials that have expired");
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken && { sessionToken: SessionToken }),
    ...(Expiration && { expiration: Expiration }),
  };
}

function wordsOf(command: string, place: string): string[] {
  try {
    const words = splitCommand(command, process.platform);
    if (words.length > 0) return words;
    throw new Error("it names no program");
  } catch (cause) {
    throw new CredentialsError(`${place}: credential_process`, messageOf(cause), { cause });
  }
}

interface Ended {
  stdout: string;
  stderr: string;
  /** How it failed; undefined: it did not. */
  ended: string | undefined;
}

function run([program = "", ...args]: string[], limitMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["inherit", "pipe", "pipe"], windowsHide: true });
    const [stdout, stderr] = [keep(child.stdout, PRINTED_MAX), keep(child.stderr, TOLD_MAX * 8)];
    const finish = (ended: string | undefined) => {
      clearTimeout(timer);
      // A program that it has started may hold them open.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ stdout: stdout(), stderr: stderr(), ended });
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      finish(`it has not ended within ${limitMs / 1000} s`);
    }, limitMs);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => {
      if (code === 0) finish(undefined);
      else finish(code === null ? `it was ended by ${signal}` : `exit code ${code}`);
    });
  });
}

/** The beginning of a stream, so many bytes. */
function keep(stream: NodeJS.ReadableStream, most: number): () => string {
  let kept = Buffer.alloc(0);
  stream.on("data", (bytes: Buffer) => {
    if (kept.length < most) kept = Buffer.concat([kept, bytes]).subarray(0, most);
  });
  return () => kept.toString("utf8");
}

/** In one line, without control characters and without the values of what is called a secret, a token or a password. */
export function tellable(text: string): string {
  const line = text
    .replaceAll(/\p{Cc}\[[0-9;]*[A-Za-z]/gu, "")
    .replaceAll(/[\p{Cc}\p{Bidi_Control}\s]+/gu, " ")
    .replaceAll(/((?:secret|token|password)\w*["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, "$1...")
    .trim();
  return line.length > TOLD_MAX ? `${line.slice(0, TOLD_MAX)}...` : line;
}
