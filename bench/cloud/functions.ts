import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FUNCTION_MARK } from "../../local/faults/environment.ts";
import type { MeasuredCloud } from "./measured-cloud.ts";
import { runAws } from "./old-design.ts";

export const FUNCTIONS = ["dispatch", "audit", "sweep", "command-result"] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

interface Configuration {
  MemorySize: number;
  Environment?: { Variables: Record<string, string> };
}

/** The functions as they were packaged and deployed. */
export class Functions {
  readonly #cloud: MeasuredCloud;
  readonly #folder: string;

  /** Unpacks them. */
  constructor(cloud: MeasuredCloud) {
    this.#cloud = cloud;
    this.#folder = join(cloud.config.home, "functions");
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
    // Without it, the checkout's "type": "module" would hold for them.
    writeFileSync(join(this.#folder, "package.json"), '{"type":"commonjs"}\n');
    const python = join(cloud.config.venv, "bin", "python");
    for (const name of FUNCTIONS) {
      const into = join(this.#folder, name);
      mkdirSync(into, { recursive: true });
      execFileSync(python, ["-m", "zipfile", "-e", this.package(name), into]);
    }
  }

  /** Path of the deployed package. */
  package(name: FunctionName): string {
    return join(this.#cloud.config.checkout, ".serverless", `${name}.zip`);
  }

  /** Path of the code in it. */
  bundle(name: FunctionName): string {
    return join(this.#folder, name, "functions", `${name}.js`);
  }

  deployedName(name: FunctionName): string {
    return `cloud-submit-local-${name}`;
  }

  configuration(name: FunctionName): Configuration {
    const options = { "function-name": this.deployedName(name) };
    const answer = runAws(this.#cloud, "lambda get-function-configuration", options);
    return JSON.parse(answer) as Configuration;
  }

  /** The environment in which Lambda runs a function. */
  environment(name: FunctionName): Record<string, string> {
    const { config, env, ports } = this.#cloud;
    return {
      ...config.baseEnv,
      ...env,
      ...this.configuration(name).Environment?.Variables,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${ports.s3proxy}`,
      AWS_EXECUTION_ENV: FUNCTION_MARK.replace("exec-env/", ""),
      AWS_LAMBDA_FUNCTION_NAME: this.deployedName(name),
    };
  }

  /** Switches the rule that brings events to a function on or off. */
  listen(name: FunctionName, on: boolean): void {
    const rule = `${this.deployedName(name)}-rule-1`;
    runAws(this.#cloud, on ? "events enable-rule" : "events disable-rule", { name: rule });
  }
}
