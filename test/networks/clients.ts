import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@jest/globals";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CREDENTIALS } from "../transfer/versitygw.ts";
import { REGION } from "./amazon.ts";
import { inCheckout } from "./config.ts";
import type { Ended, Site, Started } from "./site.ts";

export type Env = Record<string, string>;

/** Settings of all clients. */
export const ACCESS: Env = {
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
};

/** Starts the command line as it is shipped. */
export function startCli(site: Site, args: string[], env: Env): Started {
  const program = inCheckout("dist/cloud-submit.cjs");
  const all = { ...ACCESS, CLOUD_SUBMIT_BUCKET: "bucket", ...env };
  return site.start(process.execPath, [program, ...args], all);
}

/** Starts the AWS CLI: a network on which it works is one on which the others work. */
export function startAwsCli(site: Site, args: string[], env: Env): Started {
  return site.start(inCheckout(".local/venv/bin/aws"), args, { ...ACCESS, ...env });
}

/** Starts the agent's clients of AWS: an object there and back, and an event. */
export function startAgent(site: Site, key: string, file: string, env: Env): Started {
  const program = inCheckout("dist/test/agent-clients.cjs");
  return site.start(process.execPath, [program, "bucket", key, file], { ...ACCESS, ...env });
}

/** A folder with a job in it, and one file of so many random bytes. */
export function jobFolder(bytes = 1000): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "job-aws-run.sh"), "#!/bin/bash\ntrue\n");
  writeFileSync(join(folder, "data.bin"), randomBytes(bytes));
  return folder;
}

/** How a job and a file are sent by each client from the same site. */
export interface Sent {
  cli: Ended;
  agent: Ended;
  aws: Ended;
}

/** Sends a small job, by all clients at once, below prefixes of the name. */
export async function sendByAll(
  site: Site,
  name: string,
  { all = {}, ours = {}, aws = {} }: { all?: Env; ours?: Env; aws?: Env },
): Promise<Sent> {
  const folder = jobFolder();
  const file = join(folder, "data.bin");
  const copy = ["s3", "cp", file, `s3://bucket/${name}-aws/data.bin`, "--no-progress"];
  const started = [
    startCli(site, ["submit", folder, "--prefix", `${name}-cli`], { ...all, ...ours }),
    startAgent(site, `${name}-agent/data.bin`, file, { ...all, ...ours }),
    startAwsCli(site, copy, { ...all, ...aws }),
  ];
  const [cli, agent, of] = await Promise.all(started.map(({ ended }) => ended));
  return { cli, agent, aws: of } as Sent;
}

/** All of them have done it, and said nothing else. */
export function expectWorks({ cli, agent, aws }: Sent): void {
  expect({ cli, agent, aws }).toMatchObject({
    cli: { code: 0 },
    agent: { code: 0, stderr: "" },
    aws: { code: 0 },
  });
}

/** Words that would send users to the wrong place when the network is at fault. */
const BLAMES_CREDENTIALS =
  /credential|sign in(?! to the network)|sso login|access key|AccessDenied|permission/i;

/** Ours have refused it in one line that says so, nothing else is blamed, and the AWS CLI has not done it, either. */
export function expectRefused({ cli, agent, aws }: Sent, message: RegExp): void {
  expect(aws.code).not.toBe(0);
  for (const { code, stderr } of [cli, agent]) {
    expect({ code, stderr }).toEqual({
      code: expect.any(Number),
      stderr: expect.stringMatching(message),
    });
    expect(code).not.toBe(0);
    expect(stderr).not.toMatch(BLAMES_CREDENTIALS);
    expect(
      stderr.split("\n").filter((line) => /^error|^problem|\berror:/i.test(line)).length,
    ).toBeLessThan(2);
  }
}
