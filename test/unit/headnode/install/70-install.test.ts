import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type AgentPackage, agentPackage } from "../../../support/agent-package.ts";
import { from, pathWith } from "../../../support/install-options.ts";
import { ScratchHeadNode } from "../../../support/scratch-head-node.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

let one: AgentPackage;
beforeAll(async () => {
  one = await agentPackage("1.0.0");
});

describe("install", () => {
  test("lays everything out, with modes that let each touch only what is theirs", () => {
    const node = new ScratchHeadNode();
    expect(node.run("install", from(one))).toMatchObject({ status: 0, stderr: "" });
    const modes = Object.fromEntries(
      Object.entries(node.listing()).map(([path, entry]) => [path, entry.split(" ")[0]]),
    );
    expect(modes).toMatchObject({
      "opt/cloud-submit": "755",
      "opt/cloud-submit/versions": "755",
      "var/lib/cloud-submit": "711",
      "var/lib/cloud-submit/spool": "711",
      "var/lib/cloud-submit/spool/requests": "700",
      "var/lib/cloud-submit/spool/endings": "730",
      "home/ubuntu/cloud-submit": "700",
      "etc/cloud-submit/agent.env": "644",
      "etc/systemd/system/cloud-submit-agent.service": "644",
    });
    for (const hook of ["request", "slurm-ended"])
      expect(statSync(node.path("opt/cloud-submit/hooks", hook)).mode & 0o7777).toBe(0o755);
    expect(node.text("etc/cloud-submit/agent.env").split("\n")).toEqual(
      expect.arrayContaining([
        "CLOUD_SUBMIT_BUCKET=jobs",
        "CLOUD_SUBMIT_HOME=/var/lib/cloud-submit",
        "CLOUD_SUBMIT_WORK=/home/ubuntu/cloud-submit",
        "CLOUD_SUBMIT_SLURM_BIN=/opt/slurm/bin",
        "AWS_REGION=eu-west-1",
      ]),
    );
    const unit = node.text("etc/systemd/system/cloud-submit-agent.service");
    expect(unit).toMatch(/^User=ubuntu$/m);
    expect(unit).not.toMatch(/@[A-Z]+@/);
  });

  test("leaves CPU and disk to Slurm and the users, by weights alone: what sbatch inherits is as it was", () => {
    const node = new ScratchHeadNode();
    node.run("install", from(one));
    const unit = node.text("etc/systemd/system/cloud-submit-agent.service");
    const [, slice = ""] = /^Slice=(.*)$/m.exec(unit) ?? [];
    // A dash would put it below another slice, and a weight counts among neighbours alone.
    expect(slice).toMatch(/^[a-z]+\.slice$/);
    const text = node.text(`etc/systemd/system/${slice}`);
    expect(text).toMatch(/^\[Slice\]\nCPUWeight=20\nIOWeight=20$/m);
    expect(unit).not.toMatch(/^(Nice|CPUScheduling\w+|IOScheduling\w+|CPUWeight|IOWeight)=/m);
  });

  test("the installed hooks leave their files in the agent's spool", () => {
    const node = new ScratchHeadNode();
    node.run("install", from(one));
    const request = { SSM_Action: "run", SSM_Prefix: "job1", SSM_Submission: "s1" };
    const ended = { SLURM_JOB_ID: "7", SLURM_JOB_COMMENT: "cloud-submit:job1:s1" };
    const hook = (name: string, env: Record<string, string>) =>
      spawnSync(node.path("opt/cloud-submit/hooks", name), [], { env, encoding: "utf8" });
    expect(hook("request", request)).toMatchObject({ status: 0, stderr: "" });
    expect(hook("slurm-ended", ended)).toMatchObject({ status: 0, stderr: "" });
    const spool = node.path("var/lib/cloud-submit/spool");
    expect(readdirSync(join(spool, "requests"))).toEqual(["run:job1:s1"]);
    expect(readdirSync(join(spool, "endings"))).toEqual(["7.0"]);
  });

  // Running as another user needs root; the modes are tested above for every user.
  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot("another user of the cluster can neither see nor change what the agent has", () => {
    const node = new ScratchHeadNode();
    node.run("install", from(one));
    chmodSync(node.folder, 0o711);
    const state = node.path("var/lib/cloud-submit");
    for (const file of ["spool/requests/run:job1:s1", "spool/endings/7.0"])
      writeFileSync(join(state, file), "true\n");
    const other = (script: string) =>
      spawnSync(
        "setpriv",
        ["--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", script],
        { encoding: "utf8", cwd: node.folder, env: { PATH: "/usr/bin:/bin" } },
      );
    expect(other("id -u").stdout).toBe("65534\n");
    for (const attempt of [
      `ls ${state}`,
      `ls ${state}/spool/requests`,
      `cat ${state}/spool/requests/run:job1:s1`,
      `echo x > ${state}/spool/requests/run:job2:s1`,
      `rm ${state}/spool/requests/run:job1:s1`,
      `ls ${state}/spool/endings`,
      `echo x > ${state}/spool/endings/8.0`,
      `mv -f ${state}/spool/endings/7.0 ${state}/spool/endings/8.0`,
      `SSM_Action=run SSM_Prefix=job2 SSM_Submission=s1 ${node.path("opt/cloud-submit/hooks/request")}`,
      `ls ${state}/journal`,
      `ls ${node.path("home/ubuntu/cloud-submit")}`,
      `echo x >> ${node.path("opt/cloud-submit/hooks/request")}`,
      `echo x >> ${node.path("etc/cloud-submit/agent.env")}`,
    ])
      expect([attempt, other(attempt).status]).not.toEqual([attempt, 0]);
    expect(readdirSync(join(state, "spool/requests"))).toEqual(["run:job1:s1"]);
    expect(readdirSync(join(state, "spool/endings"))).toEqual(["7.0"]);
  });

  test("a second run changes nothing and does not start the agent anew", () => {
    const node = new ScratchHeadNode();
    node.addSsmAgent("3.3.2746.0", "amazon-ssm-agent.service");
    const options = { ...from(one), ...node.services };
    expect(node.run("install", options).status).toBe(0);
    rmSync(node.calls);
    const { pid } = JSON.parse(node.text("var/lib/cloud-submit/agent.json")) as { pid: number };
    const before = node.listing(true);
    const again = node.run("install", options);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringMatching(/^done .*\n$/) });
    expect(readFileSync(node.calls, "utf8")).toBe(
      "is-active --quiet cloud-submit-agent.service\nis-active --quiet amazon-ssm-agent.service\n",
    );
    expect(node.listing(true)).toEqual(before);
    expect(JSON.parse(node.text("var/lib/cloud-submit/agent.json"))).toMatchObject({ pid });
  });

  test.each([
    ["ubuntu", "22.04", "ubuntu"],
    ["ubuntu", "24.04", "ubuntu"],
    ["amzn", "2023", "ec2-user"],
    ["rhel", "9.4", "ec2-user"],
    ["rocky", "8.10", "rocky"],
  ])("on %s %s the agent runs as %s", (id, version, user) => {
    const node = new ScratchHeadNode(
      `NAME="x"\nID="${id}"\nVERSION_ID="${version}"\nID_LIKE="y"\n`,
    );
    expect(node.run("install", from(one)).status).toBe(0);
    expect(node.text("etc/systemd/system/cloud-submit-agent.service")).toMatch(
      new RegExp(`^User=${user}$`, "m"),
    );
    expect(existsSync(node.path(`home/${user}/cloud-submit`))).toBe(true);
  });

  test("takes package and checksums from the bucket with the AWS CLI", () => {
    const node = new ScratchHeadNode();
    const calls = join(temporaryFolder(), "calls");
    const aws = `echo "$*" >>${calls}; for last; do :; done
      for argument; do case $argument in s3://*) key=$argument ;; esac; done
      cp "${one.folder}/\${key##*/}" "$last"`;
    const { from: _, ...options } = from(one);
    const done = node.run("install", options, { PATH: pathWith({ aws }) });
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(calls, "utf8").trim().split("\n")).toEqual([
      expect.stringContaining("--region eu-west-1 s3://jobs/.cloud-submit/agent/1.0.0/SHA256SUMS"),
      expect.stringContaining(`s3://jobs/.cloud-submit/agent/1.0.0/${one.name}`),
    ]);
  });
});

describe("the unit", () => {
  /** A root with the units that systemd brings itself, in which ours can be looked at. */
  function analyze(...args: string[]) {
    const node = new ScratchHeadNode();
    node.run("install", from(one));
    cpSync("/lib/systemd/system", node.path("lib/systemd/system"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    // In a scratch root, a link would lead out of it.
    const program = node.path("opt/cloud-submit/current/bin/node");
    rmSync(program);
    copyFileSync("/bin/true", program);
    const done = spawnSync(
      "systemd-analyze",
      [...args, `--root=${node.root}`, "cloud-submit-agent.service"],
      { encoding: "utf8" },
    );
    if (done.error)
      throw new Error(
        "systemd-analyze is missing: npm test brings it, or: apt-get install -y --no-install-recommends systemd",
      );
    return done;
  }

  test("systemd finds nothing wrong with it", () => {
    expect(analyze("verify", "--man=no")).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  test("systemd calls its exposure OK: at most 2.0 of 10", () => {
    const done = analyze("security", "--offline=true", "--threshold=20", "--no-pager");
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(/Overall exposure level .*: [01]\.\d /);
  });
});
