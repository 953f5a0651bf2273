import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { S3 } from "../../bucket/s3/s3.ts";
import { nodeProgram, TESTED_NODES } from "../../local/node-runtime.mjs";
import { waitUntil } from "../../local/wait-until.ts";
import { HEARTBEAT_KEY } from "../../protocol/heartbeat.ts";
import { ConnectProxy } from "../support/connect-proxy.ts";
import { scriptFolder } from "../support/job-folder.ts";
import { selfSigned } from "../support/self-signed.ts";
import { shippedAgent } from "../support/shipped-agent.ts";
import { shippedCommandLine, transferClient } from "../support/shipped-command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CREDENTIALS, Versitygw } from "./versitygw.ts";

/** CloudFormation, which knows of no stack. */
const NO_STACK = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
<Code>ValidationError</Code><Message>Stack with id cloud-submit-prod does not exist</Message></Error>
<RequestId>1</RequestId></ErrorResponse>`;

const folder = temporaryFolder();
const proxy = new ConnectProxy();
const own = selfSigned(temporaryFolder());
const cloudFormation = createServer(own, (request, response) => {
  request.resume();
  response.writeHead(400, { "x-amzn-requestid": "1", "content-type": "text/xml" }).end(NO_STACK);
});
let secure: Versitygw;
let plain: Versitygw;
let program: string;
let agent: string;
let client: string;
/** The environment of a site with a proxy, and an authority of its own. */
let site: Record<string, string>;
const at = (server: Versitygw, scheme: string) => `${scheme}://127.0.0.1:${server.port}`;

beforeAll(async () => {
  const started = [temporaryFolder(), temporaryFolder()] as const;
  cloudFormation.listen(0, "127.0.0.1");
  const [port] = await Promise.all([proxy.start(), once(cloudFormation, "listening")]);
  secure = await Versitygw.start(started[0], true);
  plain = await Versitygw.start(started[1], false);
  program = await shippedCommandLine(folder);
  agent = await shippedAgent(folder);
  client = await transferClient(folder);
  writeFileSync(join(folder, "authorities.pem"), `${own.cert}${secure.ca}`);
  site = {
    PATH: "/usr/bin:/bin",
    HOME: folder,
    LC_ALL: "C",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_CA_BUNDLE: join(folder, "authorities.pem"),
    AWS_ENDPOINT_URL_S3: at(secure, "https"),
    AWS_ENDPOINT_URL_CLOUDFORMATION: `https://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}`,
    CLOUD_SUBMIT_BUCKET: "bucket",
    HTTPS_PROXY: `http://alice:p%40ss@127.0.0.1:${port}`,
    HTTP_PROXY: `http://alice:p%40ss@127.0.0.1:${port}`,
  };
  proxy.password = "alice:p@ss";
});
afterAll(async () => {
  await Promise.all([secure.stop(), plain.stop(), proxy.stop()]);
  cloudFormation.close();
});
beforeEach(() => {
  proxy.asked.length = 0;
});

test("the versions are the least, the last of each line, and the agent's own", () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
  const least = engines.node.replace(">=", "");
  const lines = TESTED_NODES.map((version) => version.split(".")[0]);
  expect([...new Set(lines)]).toEqual(["20", "22", "24"]);
  expect(TESTED_NODES[0]).toMatch(process.arch === "x64" ? `${least}.0` : /^20\./);
});

describe.each(TESTED_NODES)("on Node.js %s", (version) => {
  const node = nodeProgram(version);

  /** Runs the command line to its end. */
  async function run(args: string[], more: Record<string, string> = {}) {
    const child = spawn(node, [program, ...args], { cwd: folder, env: { ...site, ...more } });
    child.stdin.end();
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { status, stdout, stderr };
  }

  test("the program is that version, and the command line shows its help without a warning", async () => {
    expect(await text(spawn(node, ["--version"]).stdout)).toBe(`v${version}\n`);
    expect(await run(["--help"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("cluster-config"),
      stderr: "",
    });
  });

  test.each(["https", "http"])("submit and fetch over %s, through the proxy", async (scheme) => {
    const server = scheme === "https" ? secure : plain;
    const endpoint = { AWS_ENDPOINT_URL_S3: at(server, scheme) };
    const [sent, fetched] = [scriptFolder(), join(temporaryFolder(), "fetched")];
    mkdirSync(join(sent, "data"));
    // More than one part.
    const large = Buffer.alloc(20 << 20, version);
    writeFileSync(join(sent, "data", "large"), large);
    writeFileSync(join(sent, "データ ü"), "small");
    const prefix = `node-${version}`;
    expect(await run(["submit", sent, "--prefix", prefix], endpoint)).toMatchObject({ status: 0 });
    const got = await run(["fetch", prefix, "--to", fetched], endpoint);
    expect(got).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Fetched 3 files/) });
    expect(readFileSync(join(fetched, "data", "large")).equals(large)).toBe(true);
    expect(readFileSync(join(fetched, "データ ü"), "utf8")).toBe("small");
    const through = proxy.asked.filter((asked) => asked.includes(`127.0.0.1:${server.port}`));
    expect(through).not.toEqual([]);
    expect(through).toEqual(proxy.asked);
  });

  test.each(["https", "http"])("over %s, threads carry a folder both ways", async (scheme) => {
    const server = scheme === "https" ? secure : plain;
    const env = { ...site, AWS_ENDPOINT_URL_S3: at(server, scheme) };
    const [sent, fetched] = [temporaryFolder(), join(temporaryFolder(), "fetched")];
    const large = randomBytes(20 << 20);
    writeFileSync(join(sent, "large"), large, { mode: 0o640 });
    symlinkSync("large", join(sent, "link"));
    for (let file = 0; file < 30; file++) writeFileSync(join(sent, `file ${file}`), `${file}`);
    const prefix = `threads-${scheme}-${version}`;
    for (const args of [
      ["upload", sent, prefix],
      ["download", prefix, fetched],
    ]) {
      const child = spawn(node, [client, ...args, "--lanes", "2"], {
        env,
        stdio: ["ignore", "inherit", "pipe"],
      });
      const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, "close")]);
      expect([status, stderr]).toEqual([0, ""]);
    }
    expect(readFileSync(join(fetched, "large")).equals(large)).toBe(true);
    expect(statSync(join(fetched, "large")).mode & 0o777).toBe(0o640);
    expect(readlinkSync(join(fetched, "link"))).toBe("large");
    for (let file = 0; file < 30; file++)
      expect(readFileSync(join(fetched, `file ${file}`), "utf8")).toBe(`${file}`);
    const through = proxy.asked.filter((asked) => asked.includes(`127.0.0.1:${server.port}`));
    expect(through).not.toEqual([]);
    expect(through).toEqual(proxy.asked);
  });

  test("an authority that nobody has named is refused, and named", async () => {
    const { status, stderr } = await run(["list"], { AWS_CA_BUNDLE: "" });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/127\.0\.0\.1, issued by "test": self-signed certificate/);
  });

  test("the SDK's clients go the same way", async () => {
    const { status, stderr } = await run(["headnode", "status"]);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^cloud-submit: there is no stack cloud-submit-prod[^\n]*\n$/);
    expect(proxy.asked).toContain(new URL(`${site["AWS_ENDPOINT_URL_CLOUDFORMATION"]}`).host);
  });

  test("the agent starts, says through the proxy that it is up, and ends when it is told to", async () => {
    const home = temporaryFolder();
    const env = {
      ...site,
      CLOUD_SUBMIT_HOME: home,
      CLOUD_SUBMIT_WORK: join(home, "work"),
      // Of Node.js 20, which a released agent never runs on: its package brings its own.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    };
    const s3 = new S3({
      region: "us-east-1",
      endpointUrl: at(secure, "https"),
      credentials: CREDENTIALS,
      ca: async () => secure.ca,
    });
    const store = s3.store("bucket");
    const state = async () => {
      const found = await store.get(HEARTBEAT_KEY);
      return found && JSON.parse(await text(found.body)).state;
    };
    await store.delete(HEARTBEAT_KEY);
    const child = spawn(node, [agent], { env, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, ended] = [text(child.stdout), text(child.stderr), once(child, "exit")];
    try {
      const failed = () => (child.exitCode === null ? undefined : "it ended");
      await waitUntil("the agent has written its heartbeat", state, { deadline: 30_000, failed });
    } finally {
      child.kill("SIGTERM");
    }
    expect([await ended, await err]).toEqual([[0, null], ""]);
    expect(await out).toContain('"ready"');
    expect(await state()).toBe("stopped");
    expect(proxy.asked).toContain(`127.0.0.1:${secure.port}`);
  });
});
