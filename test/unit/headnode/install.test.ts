import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type AgentPackage, agentPackage, BROKEN_AGENT } from "../../support/agent-package.ts";
import { ScratchHeadNode } from "../../support/scratch-head-node.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

let one: AgentPackage;
let two: AgentPackage;
let three: AgentPackage;
let broken: AgentPackage;
beforeAll(async () => {
  [one, two, three, broken] = await Promise.all([
    agentPackage("1.0.0"),
    agentPackage("1.1.0"),
    agentPackage("1.2.0"),
    agentPackage("1.3.0", BROKEN_AGENT),
  ]);
});

/** The options with which `release` is installed from its folder. */
const from = (release: AgentPackage) => ({
  bucket: "jobs",
  region: "eu-west-1",
  version: release.version,
  from: release.folder,
  checksum: release.checksum,
});

/** A folder of programs that takes the place of PATH; some of them are this test's own. */
function programs(own: Record<string, string> = {}, without: readonly string[] = []): string {
  const folder = temporaryFolder();
  for (const place of ["/bin", "/usr/bin"])
    for (const name of existsSync(place) ? readdirSync(place) : [])
      if (!without.includes(name) && !existsSync(join(folder, name)) && !(name in own))
        try {
          symlinkSync(join(place, name), join(folder, name));
        } catch {
          // A link that leads nowhere is there twice.
        }
  for (const [name, text] of Object.entries(own)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

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

  // Taking another user's place needs root; the modes are tested above for anybody.
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
    const options = { ...from(one), ...node.services };
    expect(node.run("install", options).status).toBe(0);
    rmSync(node.calls);
    const { pid } = JSON.parse(node.text("var/lib/cloud-submit/agent.json")) as { pid: number };
    const before = node.listing(true);
    const again = node.run("install", options);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringMatching(/^done .*\n$/) });
    expect(readFileSync(node.calls, "utf8")).toBe("is-active --quiet cloud-submit-agent.service\n");
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
    const done = node.run("install", options, { PATH: programs({ aws }) });
    expect(done).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(calls, "utf8").trim().split("\n")).toEqual([
      expect.stringContaining("--region eu-west-1 s3://jobs/.cloud-submit/agent/1.0.0/SHA256SUMS"),
      expect.stringContaining(`s3://jobs/.cloud-submit/agent/1.0.0/${one.name}`),
    ]);
  });
});

describe("what is not right is said, and changes nothing that runs", () => {
  const copyOf = (release: AgentPackage) => {
    const folder = temporaryFolder();
    cpSync(release.folder, folder, { recursive: true });
    return folder;
  };
  const cases: [string, (folder: string) => Record<string, string>, number, RegExp][] = [
    ["a wrong checksum", () => ({ checksum: "0".repeat(64) }), 65, /not what --checksum says/],
    [
      "a truncated package",
      (folder) => (truncateSync(join(folder, two.name), 1000), {}),
      65,
      /is damaged or was changed/,
    ],
    [
      "another package under its name",
      (folder) => (copyFileSync(join(one.folder, one.name), join(folder, two.name)), {}),
      65,
      /is damaged or was changed/,
    ],
    ["no package", (folder) => (rmSync(join(folder, two.name)), {}), 66, /there is no/],
    ["no checksum file", (folder) => (rmSync(join(folder, "SHA256SUMS")), {}), 66, /there is no/],
    ["a version that is not there", () => ({ version: "7.0.0" }), 65, /names no/],
    ["a version that is none", () => ({ version: "latest" }), 64, /is no version/],
    ["a checksum that is none", () => ({ checksum: "abc" }), 64, /not a SHA-256/],
    ["a bucket with a space", () => ({ bucket: "a b" }), 64, /not allowed/],
    ["a bucket with a line end", () => ({ bucket: "a\nUser=root" }), 64, /not allowed/],
    ["a work folder that is a home", () => ({ work: "/home/ubuntu" }), 64, /folder of its own/],
    ["a state folder near the root", () => ({ state: "/var" }), 64, /too near the root/],
    ["a home with ..", () => ({ home: "/opt/../etc" }), 64, /plain path/],
    ["an unknown option", () => ({ frobnicate: "1" }), 64, /no option --frobnicate/],
  ];
  test.each(cases)("%s", (_, spoil, status, message) => {
    const node = new ScratchHeadNode();
    node.run("install", from(one));
    const before = node.listing();
    const folder = copyOf(two);
    const done = node.run("update", { ...from(two), from: folder, ...spoil(folder) });
    expect(done).toMatchObject({ status, stderr: expect.stringMatching(message) });
    expect(done.stderr).toMatch(/^cloud-submit: [^\n]+\n$/m);
    expect(node.listing()).toEqual(before);
    expect(node.run("update", from(two)).status).toBe(0);
  });

  test("a package from the bucket needs a checksum, whatever the bucket says", () => {
    const node = new ScratchHeadNode();
    const { from: _, checksum: __, ...options } = from(one);
    expect(node.run("install", options)).toMatchObject({
      status: 64,
      stderr: expect.stringMatching(/--checksum is missing/),
    });
  });

  test("without the AWS CLI", () => {
    const node = new ScratchHeadNode();
    const { from: _, ...options } = from(one);
    const done = node.run("install", options, { PATH: programs({}, ["aws"]) });
    expect(done).toMatchObject({ status: 69, stderr: expect.stringMatching(/AWS CLI is missing/) });
  });

  test("an object that may not be read", () => {
    const node = new ScratchHeadNode();
    const { from: _, ...options } = from(one);
    const aws = "echo 'fatal error: (403) Forbidden' >&2; exit 1";
    expect(node.run("install", options, { PATH: programs({ aws }) })).toMatchObject({
      status: 66,
      stderr: expect.stringMatching(/Forbidden[^]*headnode publish/),
    });
  });

  test.each([
    [{ "uname -m": "riscv64" }, /no package for riscv64/],
    [{ "uname -s": "Darwin" }, /on Linux only/],
  ])("%j", (answers, message) => {
    const node = new ScratchHeadNode();
    const lines = Object.entries(answers).map(
      ([call, answer]) => `[ "uname $*" = "${call}" ] && echo ${answer} && exit`,
    );
    const uname = `${lines.join("\n")}\nexec /bin/uname "$@"`;
    const done = node.run("install", from(one), { PATH: programs({ uname }) });
    expect(done).toMatchObject({ status: 69, stderr: expect.stringMatching(message) });
    expect(Object.keys(node.listing())).toEqual(["etc", "etc/os-release"]);
  });

  test("an unknown system, unless it is said who runs the agent", () => {
    const node = new ScratchHeadNode("ID=debian\nVERSION_ID=12\n");
    expect(node.run("install", from(one))).toMatchObject({
      status: 69,
      stderr: expect.stringMatching(/'debian 12' is not known.*--user NAME/),
    });
    expect(node.run("install", { ...from(one), user: "admin" }).status).toBe(0);
  });

  test("not root", () => {
    // Somebody who may do nothing, with a script that everybody may read.
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const script = join(folder, "install.sh");
    copyFileSync(
      fileURLToPath(new URL("../../../headnode/install/install.sh", import.meta.url)),
      script,
    );
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    for (const action of ["install", "uninstall"]) {
      const done = spawnSync("sh", [script, action], {
        ...nobody,
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin" },
      });
      expect(done).toMatchObject({ status: 77, stderr: expect.stringMatching(/run it as root/) });
    }
  });

  test("an agent that was installed by hand is left alone", () => {
    const node = new ScratchHeadNode();
    mkdirSync(node.path("opt/cloud-submit/journal"), { recursive: true });
    const before = node.listing();
    expect(node.run("install", from(one))).toMatchObject({
      status: 65,
      stderr: expect.stringMatching(/installed by hand/),
    });
    expect(node.listing()).toEqual(before);
  });

  test("two at a time", async () => {
    const node = new ScratchHeadNode();
    node.run("install", from(one));
    const lock = node.path("opt/cloud-submit/.lock");
    const holder = spawn("flock", [lock, "sh", "-c", "echo held; exec cat"], { stdio: "pipe" });
    await once(holder.stdout, "data");
    expect(node.run("update", from(two))).toMatchObject({
      status: 75,
      stderr: expect.stringMatching(/another install.sh is at work/),
    });
    holder.stdin.end();
    await once(holder, "exit");
    expect(node.run("update", from(two)).status).toBe(0);
  });

  test("no action, or a wrong one", () => {
    const node = new ScratchHeadNode();
    expect(node.run("reinstall").status).toBe(64);
    expect(node.run("update", from(one))).toMatchObject({
      status: 64,
      stderr: expect.stringMatching(/run install/),
    });
  });
});

describe("update", () => {
  test("starts the new version, keeps the one before and what is the site's own", () => {
    const node = new ScratchHeadNode();
    const { services } = node;
    const state = node.path("var/lib/cloud-submit");
    expect(node.run("install", { ...from(one), ...services, "event-bus": "ours" }).status).toBe(0);
    writeFileSync(node.path("etc/cloud-submit/local.env"), "CLOUD_SUBMIT_KEEP_DAYS=3\n");
    mkdirSync(join(state, "journal"));
    writeFileSync(join(state, "journal/entry"), "mine");
    const agent = () => JSON.parse(node.text("var/lib/cloud-submit/agent.json")).version;
    expect(agent()).toBe("1.0.0");
    for (const release of [two, three]) {
      const { bucket: _, region: __, ...options } = from(release);
      expect(node.run("update", { ...options, ...services })).toMatchObject({
        status: 0,
        stderr: "",
      });
      expect(agent()).toBe(release.version);
    }
    const versions = readdirSync(node.path("opt/cloud-submit/versions"));
    expect(versions.map((name) => name.split("-")[0])).toEqual(["1.1.0", "1.2.0"]);
    expect(node.text("etc/cloud-submit/agent.env")).toMatch(/^CLOUD_SUBMIT_EVENT_BUS=ours$/m);
    expect(node.text("etc/cloud-submit/local.env")).toBe("CLOUD_SUBMIT_KEEP_DAYS=3\n");
    expect(readFileSync(join(state, "journal/entry"), "utf8")).toBe("mine");
  });

  test("a version that does not start is taken back", () => {
    const node = new ScratchHeadNode();
    const { services } = node;
    node.run("install", { ...from(one), ...services });
    const env = { CLOUD_SUBMIT_INSTALL_PATIENCE: "1" };
    const done = node.run("update", { ...from(broken), ...services }, env);
    expect(done).toMatchObject({ status: 70, stderr: expect.stringMatching(/1\.0\.0 runs again/) });
    expect(JSON.parse(node.text("var/lib/cloud-submit/agent.json")).version).toBe("1.0.0");
    expect(node.text("opt/cloud-submit/current/VERSION")).toBe("1.0.0\n");
    expect(node.run("status", services)).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^version +1\.0\.0 /m),
    });
    expect(node.run("update", { ...from(two), ...services }).status).toBe(0);
  });

  test("with nothing to go back to, a version that does not start is said so", () => {
    const node = new ScratchHeadNode();
    const env = { CLOUD_SUBMIT_INSTALL_PATIENCE: "1" };
    expect(node.run("install", { ...from(broken), ...node.services }, env)).toMatchObject({
      status: 70,
      stderr: expect.stringMatching(/the agent does not start/),
    });
  });
});

test("killed at any step and run again, it ends as if nothing had happened", () => {
  const first = new ScratchHeadNode();
  first.run("install", from(one));
  const whole = new ScratchHeadNode(undefined, first);
  whole.run("update", from(two));
  const wanted = whole.listing();
  const changing = ["mkdir", "mv", "ln", "tar", "chmod", "cp", "rm"];
  // Before its n-th change, the script and everything that it started is killed.
  const count = join(temporaryFolder(), "count");
  const own = Object.fromEntries(
    changing.map((name) => [
      name,
      `n=$(cat ${count}); n=$((n - 1)); echo $n >${count}; [ $n -gt 0 ] || kill -9 0\nexec /bin/${name} "$@"`,
    ]),
  );
  const PATH = programs(own);
  let kills = 0;
  for (let step = 1; ; step += 1) {
    const node = new ScratchHeadNode(undefined, first);
    writeFileSync(count, `${step}\n`);
    // In a process group of its own, or this test would go as well.
    const done = node.run("update", from(two), { PATH }, ["setsid", "-w"]);
    if (done.status === 0) break;
    kills += 1;
    expect(existsSync(node.path("opt/cloud-submit/hooks/request"))).toBe(true);
    expect(node.run("update", from(two))).toMatchObject({ status: 0, stderr: "" });
    expect(node.listing()).toEqual(wanted);
  }
  expect(kills).toBeGreaterThan(8);
});

describe("status and uninstall", () => {
  test("status tells what is installed and whether it runs", () => {
    const node = new ScratchHeadNode();
    const { services } = node;
    expect(node.run("status", services)).toMatchObject({
      status: 4,
      stdout: "agent      not installed\n",
    });
    node.run("install", { ...from(one), ...services });
    writeFileSync(node.path("var/lib/cloud-submit/spool/requests/run:a:b"), "");
    const up = node.run("status", services);
    expect(up.status).toBe(0);
    expect(up.stdout).toMatch(/^unit +active, enabled$/m);
    expect(up.stdout).toMatch(/^bucket +jobs$/m);
    expect(up.stdout).toMatch(/^requests +1 waiting in the spool$/m);
    expect(up.stdout).toMatch(/^agent +\{"pid":\d+,"version":"1\.0\.0"/m);
    node.stop();
    const down = node.run("status", services);
    expect(down).toMatchObject({ status: 3, stdout: expect.stringMatching(/agent +does not run/) });
  });

  test("uninstall keeps journal and work folders; --purge removes them, too; both can be repeated", () => {
    const node = new ScratchHeadNode();
    const { services } = node;
    node.run("install", { ...from(one), ...services });
    writeFileSync(node.path("home/ubuntu/cloud-submit/result"), "mine");
    const { pid } = JSON.parse(node.text("var/lib/cloud-submit/agent.json")) as { pid: number };
    expect(node.run("uninstall", services)).toMatchObject({ status: 0, stderr: "" });
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(node.path("opt/cloud-submit"))).toBe(false);
    expect(existsSync(node.path("etc/systemd/system/cloud-submit-agent.service"))).toBe(false);
    expect(node.text("home/ubuntu/cloud-submit/result")).toBe("mine");
    expect(node.run("uninstall", services).status).toBe(0);
    expect(node.run("install", { ...from(one), ...services }).status).toBe(0);
    expect(node.run("uninstall", { ...services, purge: "yes" }).status).toBe(0);
    expect(node.run("uninstall", { ...services, purge: "yes" }).status).toBe(0);
    for (const gone of ["opt/cloud-submit", "var/lib/cloud-submit", "etc/cloud-submit"])
      expect(existsSync(node.path(gone))).toBe(false);
    expect(readdirSync(node.path("home/ubuntu"))).toEqual([]);
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
