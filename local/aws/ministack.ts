import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { awsEnv } from "../aws-env.ts";
import type { LocalConfig, Ports } from "../config.ts";
import { proxiedFunctionEnv } from "../faults/environment.ts";
import { daemonService, type Service } from "../service.ts";

/** The emulated AWS: S3, EventBridge, Lambda, CloudFormation and CloudWatch Logs of MiniStack. */
export function ministack(config: LocalConfig, ports: Ports): Service {
  const state = join(config.home, "aws");
  return daemonService({
    spec: {
      name: "ministack",
      command: join(config.venv, "bin", "python"),
      args: ["-m", "ministack"],
      env: {
        ...config.baseEnv,
        // Deployed functions inherit this environment, and with it where AWS is.
        ...awsEnv(config, ports),
        ...(config.proxied && proxiedFunctionEnv(ports)),
        BIND_HOST: "127.0.0.1",
        GATEWAY_PORT: String(ports.aws),
        MINISTACK_HOST: "127.0.0.1",
        MINISTACK_REGION: config.region,
        TMPDIR: config.tmp,
        STATE_DIR: join(state, "state"),
        S3_DATA_DIR: join(state, "s3"),
        PYTHONUNBUFFERED: "1",
      },
      cwd: config.home,
      log: join(config.log, "ministack.log"),
    },
    runDir: config.run,
    port: ports.aws,
    deadline: 60_000,
    prepare() {
      mkdirSync(config.tmp, { recursive: true });
      mkdirSync(state, { recursive: true });
      // Functions are unpacked here; without it, the checkout's "type": "module" would hold for them.
      writeFileSync(join(config.tmp, "package.json"), '{"type":"commonjs"}\n');
    },
    ready: () => answers(`http://127.0.0.1:${ports.aws}/_ministack/health`),
  });
}

/** True once an HTTP endpoint answers with success. */
export async function answers(url: string): Promise<true | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok || undefined;
  } catch {
    return undefined;
  }
}
