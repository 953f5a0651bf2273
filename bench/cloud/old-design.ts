import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { writeEnvFile } from "../../local/env-file.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";

export const OLD_BUCKET = "old-design";

/**
 * Puts the design that this project replaces onto the same cloud, beside it: a bucket of its own, a
 * function that sends one command for each created object, and an epilog that sends the results back.
 * Until `remove`, jobs of that bucket end with that epilog, and all others with the real hook.
 */
export class OldDesign {
  /** Where the Head Node has the whole bucket. */
  readonly work: string;
  readonly #cloud: MeasuredCloud;
  readonly #hook: string;

  constructor(cloud: MeasuredCloud) {
    this.#cloud = cloud;
    this.work = join(cloud.config.home, "old-design", "work");
    this.#hook = join(cloud.config.headNode, "hooks", "slurm-ended");
  }

  install(): void {
    const { config, env, ports } = this.#cloud;
    const home = join(config.home, "old-design");
    rmSync(home, { recursive: true, force: true });
    mkdirSync(this.work, { recursive: true });
    const environment = join(home, "env");
    writeEnvFile(environment, {
      ...env,
      PATH: config.baseEnv["PATH"] ?? "",
      HOME: home,
      SLURM_CONF: config.slurmConf,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.s3proxy}`,
    });
    const source = join(config.checkout, "bench", "old-design");
    const aws = join(config.venv, "bin", "aws");
    const args = [environment, aws, OLD_BUCKET, this.work];
    this.#addDocument(["bash", join(source, "on-object.sh"), ...args].join(" "));
    this.#wrapHook(join(source, "on-job-end.sh"), args);
    this.#deploy(home);
  }

  /** Takes the epilog and the rule away again. */
  remove(): void {
    renameSync(`${this.#hook}-real`, this.#hook);
    this.#aws("events remove-targets", { rule: "old-design", ids: "old-design" });
    this.#aws("events delete-rule", { name: "old-design" });
  }

  /** The SSM stand-in reads its documents anew when the file has changed. */
  #addDocument(command: string): void {
    const { documents } = this.#cloud.config;
    const all = JSON.parse(readFileSync(documents, "utf8")) as Record<string, unknown>;
    all["old-design"] = {
      schemaVersion: "2.2",
      mainSteps: [
        { action: "aws:runShellScript", name: "sync", inputs: { runCommand: [command] } },
      ],
    };
    writeFileSync(documents, JSON.stringify(all));
  }

  #wrapHook(epilog: string, args: readonly string[]): void {
    const wrapper = `${this.#hook}.new`;
    writeFileSync(
      wrapper,
      `#!/bin/sh\ncase $SLURM_JOB_WORK_DIR in\n  '${this.work}'/*) exec /bin/bash '${epilog}' ${args.map((each) => `'${each}'`).join(" ")} ;;\nesac\nexec "$0-real"\n`,
    );
    chmodSync(wrapper, 0o755);
    copyFileSync(this.#hook, `${this.#hook}-real`);
    chmodSync(`${this.#hook}-real`, 0o755);
    renameSync(wrapper, this.#hook);
  }

  #deploy(home: string): void {
    const { config } = this.#cloud;
    const zip = join(home, "function.zip");
    execFileSync(join(config.venv, "bin", "python"), ["-m", "zipfile", "-c", zip, "index.js"], {
      cwd: join(config.checkout, "dist", "bench", "old-design"),
    });
    const name = "old-design";
    const role = "arn:aws:iam::000000000000:role/old-design";
    const arn = `arn:aws:lambda:${config.region}:000000000000:function:${name}`;
    this.#aws("s3api create-bucket", { bucket: OLD_BUCKET });
    notifyBucket(this.#cloud, OLD_BUCKET, true);
    this.#aws("lambda create-function", {
      "function-name": name,
      runtime: "nodejs24.x",
      handler: "index.handler",
      role,
      "zip-file": `fileb://${zip}`,
      "memory-size": "512",
      timeout: "60",
    });
    const pattern = {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [OLD_BUCKET] } },
    };
    this.#aws("events put-rule", { name, "event-pattern": JSON.stringify(pattern) });
    this.#aws("events put-targets", { rule: name, targets: `Id=${name},Arn=${arn}` });
  }

  #aws(command: string, options: Readonly<Record<string, string>>): void {
    runAws(this.#cloud, command, options);
  }
}

/** Switches a bucket's events on or off: off while objects are put there that no job has made. */
export function notifyBucket(cloud: MeasuredCloud, bucket: string, on: boolean): void {
  runAws(cloud, "s3api put-bucket-notification-configuration", {
    bucket,
    "notification-configuration": JSON.stringify(on ? { EventBridgeConfiguration: {} } : {}),
  });
}

/** The AWS CLI on the measured cloud, beside the proxy; returns what it prints. */
export function runAws(
  { config, env }: MeasuredCloud,
  command: string,
  options: Readonly<Record<string, string>>,
): string {
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const args = [...command.split(" "), ...flags, "--output", "json"];
  return execFileSync(join(config.venv, "bin", "aws"), args, {
    env: { ...config.baseEnv, ...env },
    encoding: "utf8",
    maxBuffer: 256 << 20,
  });
}
