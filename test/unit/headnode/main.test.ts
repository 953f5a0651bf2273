import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { build } from "esbuild";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test.each([
  ["config", "[default]"],
  ["credentials", "[default]"],
])(
  "the agent, as a process, runs no program that its user's ~/.aws/%s names",
  async (file, section) => {
    const folder = temporaryFolder();
    const [agent, home, run] = ["agent.cjs", "home", "was-run"].map((name) => join(folder, name));
    await build({
      absWorkingDir: fileURLToPath(new URL("../../../", import.meta.url)),
      entryPoints: ["headnode/main.ts"],
      bundle: true,
      platform: "node",
      format: "cjs",
      mainFields: ["module", "main"],
      outfile: agent!,
      logLevel: "error",
    });
    mkdirSync(join(home!, ".aws"), { recursive: true });
    writeFileSync(
      join(home!, ".aws", file),
      `${section}\ncredential_process = /bin/touch ${run}\n`,
    );
    const env = {
      HOME: home,
      PATH: "/usr/bin:/bin",
      AWS_REGION: "eu-west-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      CLOUD_SUBMIT_BUCKET: "jobs",
      CLOUD_SUBMIT_HOME: join(folder, "state"),
    };
    const child = spawn(process.execPath, [agent!], { env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    let hasAsked = false;
    for await (const line of createInterface(child.stdout)) {
      // By then it has looked for credentials wherever it looks.
      hasAsked = line.includes("the heartbeat cannot be written");
      if (hasAsked) break;
    }
    child.kill("SIGKILL");
    await ended;
    expect(hasAsked).toBe(true);
    expect(existsSync(run!)).toBe(false);
  },
);
