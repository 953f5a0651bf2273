import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { S3 } from "../../bucket/s3/s3.ts";
import { type AgentPackage, agentPackage } from "../support/agent-package.ts";
import { ConnectProxy } from "../support/connect-proxy.ts";
import { ScratchHeadNode } from "../support/scratch-head-node.ts";
import { checkout } from "../support/stack-template.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CREDENTIALS, Versitygw } from "./versitygw.ts";

const proxy = new ConnectProxy();
let port: number;
let server: Versitygw;
let release: AgentPackage;

beforeAll(async () => {
  port = await proxy.start();
  server = await Versitygw.start(temporaryFolder(), true);
  release = await agentPackage("1.0.0");
  const store = new S3({
    region: "us-east-1",
    endpointUrl: `https://127.0.0.1:${server.port}`,
    credentials: CREDENTIALS,
    ca: async () => server.ca,
  }).store("bucket");
  for (const name of ["SHA256SUMS", release.name])
    await store.put(
      `.cloud-submit/agent/${release.version}/${name}`,
      readFileSync(join(release.folder, name)),
    );
});
afterAll(async () => {
  await server.stop();
  await proxy.stop();
});

/** Runs install.sh with the real AWS CLI, beside the proxy that is in this process. */
async function install(node: ScratchHeadNode, options: Record<string, string>) {
  const args = Object.entries({
    root: node.root,
    bucket: "bucket",
    region: "us-east-1",
    version: release.version,
    checksum: release.checksum,
    ...options,
  }).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn("sh", [join(release.folder, "install.sh"), "install", ...args], {
    env: {
      PATH: `${join(checkout, ".local/venv/bin")}:/usr/bin:/bin`,
      HOME: node.folder,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_S3: `https://127.0.0.1:${server.port}`,
    },
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { stdout, stderr, status };
}

test("the agent is fetched through the proxy that it is to have, with the site's authority", async () => {
  const node = new ScratchHeadNode();
  const ca = Buffer.from(server.ca ?? "").toString("base64");
  const way = { proxy: `http://127.0.0.1:${port}`, ca };
  expect(await install(node, way)).toMatchObject({ status: 0, stderr: "" });
  const through = `127.0.0.1:${server.port}`;
  expect(new Set(proxy.asked)).toEqual(new Set([through]));
  proxy.asked.length = 0;
  expect(await install(node, {})).toMatchObject({ status: 0, stderr: "" });
  expect(new Set(proxy.asked)).toEqual(new Set([through]));
  proxy.asked.length = 0;
  expect(await install(node, { "proxy-bypass": "127.0.0.1" })).toMatchObject({ status: 0 });
  expect(proxy.asked).toEqual([]);
});
