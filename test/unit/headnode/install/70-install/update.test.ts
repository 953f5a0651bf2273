import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  type AgentPackage,
  agentPackage,
  BROKEN_AGENT,
} from "../../../../support/agent-package.ts";
import { from } from "../../../../support/install-options.ts";
import { ScratchHeadNode } from "../../../../support/scratch-head-node.ts";

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
    expect(readdirSync(node.path("etc/systemd/system"))).toEqual([]);
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
