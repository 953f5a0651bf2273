import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { WRITER_METADATA } from "../../protocol/objects.ts";
import { cli } from "../support/installed-cli.ts";
import {
  bucket,
  eventually,
  inCheckout,
  keys,
  localConfig,
  localEnv,
  newPrefix,
  put,
  record,
  removeAll,
  runTool,
  untilState,
  upload,
} from "../support/local-cloud.ts";
import { parallelClusterComplaints } from "../support/parallelcluster.ts";
import { ScratchHeadNode } from "../support/scratch-head-node.ts";

const { version } = JSON.parse(readFileSync(inCheckout("package.json"), "utf8")) as {
  version: string;
};
const arch = process.arch === "arm64" ? "arm64" : "x64";
const SUBNET = "subnet-0123456789abcdef0";
/** Instance types of this machine's architecture, which the package is for. */
const TYPES =
  arch === "arm64" ? ["--head-node-type", "m7g.large", "--compute-type", "c7g.large"] : [];

/** The package for npm has the checksums of the agent's packages, and not these. */
const PACKAGES = ["--packages", inCheckout("dist/headnode")];

/** The configuration that sites make their cluster from, for the deployed stack. */
async function clusterConfig() {
  const done = await cli(["cluster-config", "--stage", "local", "--subnet", SUBNET, ...TYPES]);
  expect([done.code, done.stderr]).toEqual([0, ""]);
  return done.stdout;
}

beforeAll(async () => {
  const built = await runTool(process.execPath, [
    inCheckout("local/build.mjs"),
    `--packages=${arch}`,
  ]);
  expect([built.code, built.stderr]).toEqual([0, ""]);
  // Published before, when these tests ran on this cloud before.
  await removeAll(".cloud-submit/agent/");
  const published = await cli(["headnode", "publish", "--stage", "local", ...PACKAGES]);
  expect([published.code, published.stderr]).toEqual([0, expect.stringMatching(/published/)]);
}, 120_000);

test("headnode publish has put everything into the bucket, once", async () => {
  const folder = `.cloud-submit/agent/${version}`;
  expect(await keys(".cloud-submit/agent/")).toEqual([
    `${folder}/SHA256SUMS`,
    `${folder}/cloud-submit-agent-${version}-linux-${arch}.tar.gz`,
    `${folder}/install.sh`,
    ".cloud-submit/agent/latest",
  ]);
  const again = await cli(["headnode", "publish", "--stage", "local", ...PACKAGES]);
  expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/^the agent .* is in /)]);
});

test("cluster-config fits the deployed stack, and the real ParallelCluster takes it", async () => {
  const printed = await clusterConfig();
  expect(parallelClusterComplaints([printed])).toEqual([[]]);
  expect(parse(printed).HeadNode.CustomActions.OnNodeConfigured.Script).toBe(
    `s3://${bucket}/.cloud-submit/agent/${version}/install.sh`,
  );
});

test("headnode status goes through the deployed document, and tells what is not there", async () => {
  const done = await cli(["headnode", "status", "--stage", "local", "--cluster-name", "local"]);
  expect([done.code, done.stderr]).toEqual([6, expect.stringMatching(/not installed in/)]);
});

describe("a Head Node, from what the cluster configuration says", () => {
  const node = new ScratchHeadNode();

  beforeAll(async () => {
    const { Args } = parse(await clusterConfig()).HeadNode.CustomActions.OnNodeConfigured as {
      Args: string[];
    };
    const [action = "", ...rest] = Args;
    const options: Record<string, string> = {};
    for (let at = 0; at < rest.length; at += 2)
      options[String(rest[at]).slice(2)] = String(rest[at + 1]);
    // A site's own settings; here the way to the emulated AWS and to the local Slurm, which runs the hook of
    // the local cloud: the end of the job is noticed when the journal is compared with Slurm.
    mkdirSync(node.path("etc/cloud-submit"));
    const env = Object.entries(localEnv).filter(([name]) => /^(AWS_|SLURM_)/.test(name));
    writeFileSync(
      node.path("etc/cloud-submit/local.env"),
      [...env, ["CLOUD_SUBMIT_RECONCILE_SECONDS", "1"]]
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    // As Debian's packages have it, unless this is another Slurm.
    const slurmBin = localConfig.slurmFolder?.bin ?? "/usr/bin";
    const PATH = [inCheckout(".local/venv/bin"), "/usr/bin", "/bin"].join(delimiter);
    const done = node.run(
      action,
      // The local cloud's Head Node has its hooks elsewhere.
      { ...options, home: "/opt/cloud-submit", "slurm-bin": slurmBin, ...node.services },
      { ...Object.fromEntries(env), PATH },
    );
    expect([done.status, done.stderr]).toEqual([0, ""]);
  }, 120_000);

  test("runs the agent of this version on the Node.js of the package", () => {
    const agent = JSON.parse(node.text("var/lib/cloud-submit/agent.json")) as {
      pid: number;
      version: string;
    };
    expect(agent.version).toBe(version);
    expect(readlinkSync(`/proc/${agent.pid}/exe`)).toMatch(
      new RegExp(`^${node.path("opt/cloud-submit/versions")}/${version}-[0-9a-f]{12}/bin/node$`),
    );
  });

  test("runs a job that the installed hook hands over", async () => {
    const prefix = newPrefix("installed");
    await upload(prefix, "echo hello > out.txt");
    // Marked as an agent's own, it is no request for the local cloud's dispatch: only this hook tells.
    await put(`${prefix}/job-aws-stat.txt`, "FILE_UPLOAD\n", { [WRITER_METADATA]: "agent" });
    const env = { SSM_Action: "run", SSM_Prefix: prefix, SSM_Submission: "s1" };
    const hook = spawnSync(node.path("opt/cloud-submit/hooks/request"), [], { env });
    expect(hook.status).toBe(0);
    await untilState(prefix, "JOB_COMPLETE", "JOB_ERROR");
    expect(await record(prefix)).toMatchObject({ outcome: "completed" });
    expect(await keys(`${prefix}/`)).toContain(`${prefix}/out.txt`);
    const spool = node.path("var/lib/cloud-submit/spool/requests");
    await eventually("the request is taken", async () => readdirSync(spool).length === 0);
    expect(readdirSync(node.path("var/lib/cloud-submit/journal")).length).toBeGreaterThan(0);
  });

  test("status says so, uninstall takes it all away", () => {
    expect(node.run("status", node.services)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^unit +active, enabled$/m),
    });
    expect(node.run("uninstall", { ...node.services, purge: "yes" }).status).toBe(0);
    expect(readdirSync(join(node.root, "opt"))).toEqual([]);
    expect(readdirSync(join(node.root, "var/lib"))).toEqual([]);
  });
});
