import { beforeAll, describe, expect, test } from "@jest/globals";
import { type AgentPackage, agentPackage } from "../../../support/agent-package.ts";
import { from } from "../../../support/install-options.ts";
import { ScratchHeadNode } from "../../../support/scratch-head-node.ts";

let release: AgentPackage;
beforeAll(async () => {
  release = await agentPackage("1.0.0");
});

const SNAP = "snap/amazon-ssm-agent/current/amazon-ssm-agent";

/** The notes that an installation ends with. */
function notes(node: ScratchHeadNode): string[] {
  const { status, stdout, stderr } = node.run("install", { ...from(release), ...node.services });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((line) => line.startsWith("note"));
}

describe("the SSM agent, as install.sh finds it", () => {
  test("that runs and is new is not mentioned; status names it", () => {
    const node = new ScratchHeadNode();
    node.addSsmAgent("3.3.2746.0", "amazon-ssm-agent.service");
    expect(notes(node)).toEqual([]);
    expect(node.run("status", node.services).stdout).toMatch(/^ssm +agent 3\.3\.2746\.0, active$/m);
  });

  test("that is a snap of Ubuntu is compared by the numbers of its version, not by their digits", () => {
    const node = new ScratchHeadNode();
    node.addSsmAgent("3.10.12.0", "snap.amazon-ssm-agent.amazon-ssm-agent.service", SNAP);
    expect(notes(node)).toEqual([]);
  });

  test("that is older is noted, with the words that it works", () => {
    const node = new ScratchHeadNode();
    node.addSsmAgent("3.3.1142.0", "amazon-ssm-agent.service");
    expect(notes(node)).toEqual([expect.stringMatching(/3\.3\.1142\.0, which works/)]);
  });

  test("that does not run is mentioned with how to start it", () => {
    const node = new ScratchHeadNode();
    node.addSsmAgent("3.3.2746.0");
    expect(notes(node)).toEqual([expect.stringMatching(/systemctl enable --now/)]);
    expect(node.run("status", node.services).stdout).toMatch(/^ssm +.*, not active$/m);
  });

  test.each([
    ['ID=ubuntu\nVERSION_ID="24.04"\n', /snap install amazon-ssm-agent --classic$/],
    [
      'ID="rhel"\nVERSION_ID="9.4"\n',
      /dnf install -y https:\/\/s3\.eu-west-1\.amazonaws\.com\/amazon-ssm-eu-west-1\/latest\/linux_(amd64|arm64)\/amazon-ssm-agent\.rpm && systemctl enable --now amazon-ssm-agent$/,
    ],
    ['ID="rocky"\nVERSION_ID="8.9"\n', /dnf install -y https:/],
  ])("that is missing on %j is mentioned with how to get it", (osRelease, how) => {
    const node = new ScratchHeadNode(osRelease);
    expect(notes(node)).toEqual([expect.stringMatching(how)]);
    expect(node.run("status", node.services).stdout).toMatch(/^ssm +there is no SSM agent/m);
  });

  test("that does not tell its version is not judged by it", () => {
    const node = new ScratchHeadNode();
    node.addSsmAgent("", "amazon-ssm-agent.service");
    expect(notes(node)).toEqual([]);
  });
});
