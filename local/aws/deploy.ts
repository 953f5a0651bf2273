import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { awsEnv } from "../aws-env.ts";
import type { LocalConfig, Ports } from "../config.ts";
import { daemonPid } from "../process/daemon.ts";
import { processStat } from "../process/proc.ts";
import { runTool } from "../process/run-tool.ts";
import { PartError } from "../service.ts";
import { documentsOf } from "./compiled-template.ts";
import { stackOutputs } from "./stack-outputs.ts";

/** Files and folders that the deployed stack is made of: a change in one of them deploys anew. */
export const SOURCES = [
  "serverless.yml",
  "resources",
  "functions",
  "protocol",
  "bucket",
  "package-lock.json",
];

/** Times that the local stage of serverless.yml makes shorter, as every other stage has them: `name=seconds`. */
export function productionTimes(checkout: string): string[] {
  const { params } = parse(readFileSync(join(checkout, "serverless.yml"), "utf8"), {
    logLevel: "error",
  }) as { params: { default: Record<string, unknown>; local: Record<string, unknown> } };
  const times = Object.keys(params.local).filter((name) => name.endsWith("Seconds"));
  return times.map((name) => `${name}=${String(params.default[name])}`);
}

export interface Deployment {
  readonly bucket: string;
}

interface Stamp extends Deployment {
  readonly of: string;
}

/**
 * Deploys serverless.yml, the one users deploy, into the emulated AWS, and hands its SSM documents
 * to the stand-in. Does nothing when this MiniStack has it already.
 */
export async function deploy(
  config: LocalConfig,
  ports: Ports,
): Promise<{ deployment: Deployment; changed: boolean }> {
  const stampFile = join(config.home, "deployed.json");
  const wanted = deployedThing(config, ports);
  const last = readStamp(stampFile);
  if (last?.of === wanted && existsSync(config.documents)) {
    return { deployment: last, changed: false };
  }
  await serverlessDeploy(config, ports);
  const stack = `cloud-submit-${config.stage}`;
  const bucket = (await stackOutputs(config, ports, stack)).get("BucketName");
  if (bucket === undefined) throw new Error(`stack ${stack} has no output BucketName`);
  const template = join(config.checkout, ".serverless/cloudformation-template-update-stack.json");
  mkdirSync(dirname(config.documents), { recursive: true });
  writeFileSync(config.documents, JSON.stringify(documentsOf(template), null, 2));
  writeFileSync(stampFile, JSON.stringify({ of: wanted, bucket } satisfies Stamp));
  return { deployment: { bucket }, changed: true };
}

async function serverlessDeploy(config: LocalConfig, ports: Ports): Promise<void> {
  const log = join(config.log, "deploy.log");
  const parameter = `headNodeHome=${config.headNode}`;
  const args = ["deploy", "--stage", config.stage, "--region", config.region, "--param", parameter];
  // Measurements use the times that sites have, not the short times that tests have.
  if (config.measured) {
    args.push(...productionTimes(config.checkout).flatMap((each) => ["--param", each]));
  }
  const { code, stdout, stderr } = await runTool(
    join(config.checkout, "node_modules/.bin/sls"),
    args,
    {
      ...config.baseEnv,
      ...awsEnv(config, ports),
      TMPDIR: config.tmp,
      // Milliseconds between looks at the stack; the default of 5,000 is nearly all of a deployment.
      SLS_AWS_MONITORING_FREQUENCY: "100",
      // Compiled configuration schemas, by default below the home folder.
      SLS_SCHEMA_CACHE_BASE_DIR: config.home,
    },
    { cwd: config.checkout, timeout: 300_000 },
  );
  writeFileSync(log, `${stdout}${stderr}`);
  if (code !== 0) throw new PartError("deploy", log, new Error(`sls deploy has failed`));
}

/** The sources' content and this very MiniStack: its state is in memory and ends with it. */
function deployedThing(config: LocalConfig, ports: Ports): string {
  const pid = daemonPid("ministack", config.run);
  const hash = createHash("sha256");
  hash.update(`${pid} ${pid === undefined ? "" : processStat(pid)?.startTime} ${ports.ssm}`);
  for (const source of SOURCES) {
    for (const file of filesOf(join(config.checkout, source))) {
      hash.update(`\0${file}\0`).update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [path];
  const names = readdirSync(path).toSorted();
  return names.flatMap((name) => filesOf(join(path, name)));
}

function readStamp(file: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Stamp;
  } catch {
    return undefined;
  }
}
