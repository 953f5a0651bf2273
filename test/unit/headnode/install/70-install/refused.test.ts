import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { installScript } from "../../../../../local/install-script.mjs";
import { type AgentPackage, agentPackage } from "../../../../support/agent-package.ts";
import { from, pathWith, pathWithout } from "../../../../support/install-options.ts";
import { ScratchHeadNode } from "../../../../support/scratch-head-node.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

let one: AgentPackage;
let two: AgentPackage;
/** Has the first version; tests take copies. */
let installed: ScratchHeadNode;
beforeAll(async () => {
  [one, two] = await Promise.all([agentPackage("1.0.0"), agentPackage("1.1.0")]);
  installed = new ScratchHeadNode();
  installed.run("install", from(one));
});

describe("what is not right is said, and changes nothing that runs", () => {
  const copyOf = (release: AgentPackage) => {
    const folder = temporaryFolder();
    cpSync(release.folder, folder, { recursive: true });
    return folder;
  };
  const cases: [string, (folder: string) => Record<string, string>, number, RegExp][] = [
    ["a wrong checksum", () => ({ checksum: "0".repeat(64) }), 65, /does not match --checksum/],
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
    ["a version that is not there", () => ({ version: "7.0.0" }), 65, /does not list/],
    ["a version that is none", () => ({ version: "latest" }), 64, /is not a version/],
    ["a checksum that is none", () => ({ checksum: "abc" }), 64, /not a SHA-256/],
    ["a bucket with a space", () => ({ bucket: "a b" }), 64, /not allowed/],
    ["a bucket with a line end", () => ({ bucket: "a\nUser=root" }), 64, /not allowed/],
    ["a work folder that is a home", () => ({ work: "/home/ubuntu" }), 64, /separate folder/],
    ["a state folder near the root", () => ({ state: "/var" }), 64, /too close to the root/],
    ["a home with ..", () => ({ home: "/opt/../etc" }), 64, /path without/],
    ["an unknown option", () => ({ frobnicate: "1" }), 64, /unknown option --frobnicate/],
  ];
  test.each(cases)("%s", (_, spoil, status, message) => {
    const node = new ScratchHeadNode(undefined, installed);
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
    const done = node.run("install", options, { PATH: pathWithout("aws") });
    expect(done).toMatchObject({ status: 69, stderr: expect.stringMatching(/AWS CLI is missing/) });
  });

  test("an object that may not be read", () => {
    const node = new ScratchHeadNode();
    const { from: _, ...options } = from(one);
    const aws = "echo 'fatal error: (403) Forbidden' >&2; exit 1";
    expect(node.run("install", options, { PATH: pathWith({ aws }) })).toMatchObject({
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
    const done = node.run("install", from(one), { PATH: pathWith({ uname }) });
    expect(done).toMatchObject({ status: 69, stderr: expect.stringMatching(message) });
    expect(Object.keys(node.listing())).toEqual(["etc", "etc/os-release"]);
  });

  test("an unknown system, unless it is said who runs the agent", () => {
    const node = new ScratchHeadNode("ID=debian\nVERSION_ID=12\n");
    expect(node.run("install", from(one))).toMatchObject({
      status: 69,
      stderr: expect.stringMatching(/'debian 12' is not supported.*--user NAME/),
    });
    expect(node.run("install", { ...from(one), user: "admin" }).status).toBe(0);
  });

  test("not root", () => {
    // An unprivileged user, with a script that all users may read.
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const script = join(folder, "install.sh");
    writeFileSync(script, installScript());
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
    const node = new ScratchHeadNode(undefined, installed);
    const lock = node.path("opt/cloud-submit/.lock");
    const holder = spawn("flock", [lock, "sh", "-c", "echo held; exec cat"], { stdio: "pipe" });
    await once(holder.stdout, "data");
    expect(node.run("update", from(two))).toMatchObject({
      status: 75,
      stderr: expect.stringMatching(/another install.sh is running/),
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
