import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "@jest/globals";
import { shippedAgent } from "../../support/shipped-agent.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The agent, and what it needs of an environment, below a folder. */
async function agentIn(folder: string) {
  const agent = await shippedAgent(folder);
  const env = {
    HOME: join(folder, "home"),
    PATH: "/usr/bin:/bin",
    AWS_REGION: "eu-west-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    CLOUD_SUBMIT_BUCKET: "jobs",
    CLOUD_SUBMIT_HOME: join(folder, "state"),
  };
  return (more: Record<string, string> = {}) =>
    spawn(process.execPath, [agent], {
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "inherit"],
    });
}

test.each([
  ["config", "[default]"],
  ["credentials", "[default]"],
])(
  "the agent, as a process, runs no program that its user's ~/.aws/%s names",
  async (file, section) => {
    const folder = temporaryFolder();
    const run = join(folder, "was-run");
    mkdirSync(join(folder, "home/.aws"), { recursive: true });
    writeFileSync(
      join(folder, "home/.aws", file),
      `${section}\ncredential_process = /bin/touch ${run}\n`,
    );
    const start = await agentIn(folder);
    const child = start();
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
    expect(existsSync(run)).toBe(false);
  },
);

test("the agent does not start with a setting of the AWS tools that has a wrong value, and says which", async () => {
  const start = await agentIn(temporaryFolder());
  for (const [env, said] of [
    [{ AWS_MAX_ATTEMPTS: "0" }, "AWS_MAX_ATTEMPTS: give a whole number"],
    [{ CLOUD_SUBMIT_EXPECTED_BUCKET_OWNER: "me" }, "give the 12 digits of an AWS account"],
    [{ AWS_ENDPOINT_URL_S3: "s3.example.com" }, "s3.example.com: an endpoint of S3 begins with"],
    [{ HTTPS_PROXY: "socks5://h:1" }, "HTTPS_PROXY: a proxy begins with http:// or https://"],
    [{ ALL_PROXY: "http://h:99999" }, "ALL_PROXY: this is no valid URL"],
    [{ AWS_CA_BUNDLE: "/missing.pem" }, "AWS_CA_BUNDLE: /missing.pem: ENOENT"],
  ] as const) {
    const child = start(env);
    const ended = once(child, "exit");
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      // It would run for ever.
      if (line.includes('"ready"')) child.kill("SIGKILL");
    }
    expect(await ended).toEqual([1, null]);
    expect(lines.at(-1)).toContain(said);
  }
});
