import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type AgentPackage, agentPackage } from "../../../support/agent-package.ts";
import { from, pathWith } from "../../../support/install-options.ts";
import { ScratchHeadNode } from "../../../support/scratch-head-node.ts";
import { type SelfSigned, selfSigned } from "../../../support/self-signed.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const ENV = "etc/cloud-submit/agent.env";
const CA = "etc/cloud-submit/ca.pem";
const PROXY = { proxy: "http://proxy.example.com:3128", "proxy-bypass": "10.0.0.1,.internal,*" };

let one: AgentPackage;
let made: SelfSigned;
let ca: string;
beforeAll(async () => {
  one = await agentPackage("1.0.0");
  made = selfSigned(temporaryFolder());
  ca = Buffer.from(made.cert).toString("base64");
});

/** A Head Node whose AWS CLI takes from a folder, and writes down which way it would have gone. */
function headNode() {
  const node = new ScratchHeadNode();
  const seen = join(temporaryFolder(), "seen");
  const aws = `printf '%s|' "$https_proxy" "$no_proxy" "$([ -z "$AWS_CA_BUNDLE" ] || cat "$AWS_CA_BUNDLE")" >${seen}
    for last; do :; done
    for argument; do case $argument in s3://*) key=$argument ;; esac; done
    cp "${one.folder}/\${key##*/}" "$last"`;
  const PATH = pathWith({ aws });
  const { from: _, ...options } = from(one);
  return {
    node,
    install: (more: Record<string, string> = {}, env: Record<string, string> = {}) =>
      node.run("install", { ...options, ...more }, { PATH, ...env }),
    way: () => readFileSync(seen, "utf8").split("|").slice(0, 3),
    network: () =>
      node
        .text(ENV)
        .split("\n")
        .filter((line) => /^(HTTPS_|NO_|AWS_CA)/.test(line)),
  };
}

describe("the way to AWS", () => {
  test("is that of the installation, and then the agent's", () => {
    const { node, install, way, network } = headNode();
    expect(install({ ...PROXY, ca })).toMatchObject({ status: 0, stderr: "" });
    expect(way()).toEqual([PROXY.proxy, PROXY["proxy-bypass"], made.cert.trim()]);
    expect(network()).toEqual([
      `HTTPS_PROXY=${PROXY.proxy}`,
      `NO_PROXY=${PROXY["proxy-bypass"]}`,
      "AWS_CA_BUNDLE=/etc/cloud-submit/ca.pem",
    ]);
    expect(node.text(CA)).toBe(made.cert);
    expect(node.listing()[CA]).toMatch(/^644 /);
  });

  test("goes before what the machine has set in lower case, as ParallelCluster does", () => {
    const { install, way } = headNode();
    install(PROXY, { https_proxy: "http://other:1", no_proxy: "169.254.169.254" });
    expect(way().slice(0, 2)).toEqual([PROXY.proxy, PROXY["proxy-bypass"]]);
  });

  test("stays when it is not said again, and nothing is written a second time", () => {
    const { node, install, way, network } = headNode();
    install({ ...PROXY, ca });
    const [before, lines] = [node.listing(true), network()];
    expect(install().stdout).toMatch(/^done .*\n/);
    expect(node.listing(true)).toEqual(before);
    expect(network()).toEqual(lines);
    expect(way()).toEqual([PROXY.proxy, PROXY["proxy-bypass"], made.cert.trim()]);
  });

  test("is the plain one again after none", () => {
    const { node, install, way, network } = headNode();
    install({ ...PROXY, ca });
    const none = { proxy: "none", "proxy-bypass": "none", ca: "none" };
    expect(install(none)).toMatchObject({ status: 0, stderr: "" });
    expect([way(), network()]).toEqual([["", "", ""], []]);
    expect(existsSync(node.path(CA))).toBe(false);
    install();
    expect(network()).toEqual([]);
  });

  test.each([
    ["HTTPS_PROXY=http://alice:secret@own:1", "NO_PROXY=a,b"],
    ["# a comment", 'https_proxy="http://alice:secret@own:1"', "no_proxy='a,b'"],
  ])("local.env goes before, and its password is shown nowhere: %s", (...lines) => {
    const { node, install, way } = headNode();
    mkdirSync(node.path("etc/cloud-submit"), { recursive: true });
    const file = node.path("etc/cloud-submit/local.env");
    // The last line has no end.
    writeFileSync(file, ["CLOUD_SUBMIT_KEEP_DAYS=1", "$(touch /tmp/x)", ...lines].join("\n"), {
      mode: 0o600,
    });
    const { stdout, stderr } = install({ ...PROXY, ca });
    expect(way().slice(0, 2)).toEqual(["http://alice:secret@own:1", "a,b"]);
    expect(
      stdout + stderr + node.text(ENV) + node.text("etc/cloud-submit/install.conf"),
    ).not.toMatch(/secret/);
    expect(node.listing()["etc/cloud-submit/local.env"]).toMatch(/^600 /);
  });

  test("an agent that runs is started anew with other certificates, and status shows the way", () => {
    const { node, install } = headNode();
    const pid = () => JSON.parse(node.text("var/lib/cloud-submit/agent.json")).pid as number;
    install({ ...node.services, ...PROXY, ca });
    const first = pid();
    install(node.services);
    expect(pid()).toBe(first);
    const other = selfSigned(temporaryFolder()).cert;
    install({ ...node.services, ca: Buffer.from(other).toString("base64") });
    expect(pid()).not.toBe(first);
    expect(node.run("status", node.services).stdout).toMatch(
      /^proxy +http:\/\/proxy\.example\.com:3128, but not for 10\.0\.0\.1,\.internal,\*\ntrusts +\/etc/m,
    );
  });
});

describe("what cannot be used is refused before anything is changed", () => {
  test.each([
    [{ proxy: "http://alice:secret@proxy:3128" }, /takes no user and no password.*local\.env/],
    [{ proxy: "proxy:3128" }, /takes http:\/\/HOST:PORT/],
    [{ proxy: "http://proxy:3128\nCLOUD_SUBMIT_BUCKET=theirs" }, /not allowed/],
    [{ "proxy-bypass": "a b" }, /not allowed/],
    [{ "proxy-bypass": 'a"b' }, /not allowed/],
    [{ ca: "!" }, /not allowed/],
    [{ ca: "bm9uZQ==" }, /takes certificates, PEM, in base64/],
    [{ ca: "====" }, /takes certificates, PEM, in base64/],
  ])("%j", (options, words) => {
    const { node, install } = headNode();
    const { status, stderr } = install(options);
    expect([status, stderr]).toEqual([64, expect.stringMatching(words)]);
    expect(stderr).not.toMatch(/secret/);
    expect(existsSync(node.path("etc/cloud-submit"))).toBe(false);
  });

  test("whatever is said, agent.env gets the lines that it should, or nothing", () => {
    const odd = fc.string({
      unit: fc.constantFrom(...Array.from("ab1.:/-_*,[]%\\\"'$`#; \n\r\t=é")),
      maxLength: 6,
    });
    const bare = headNode();
    bare.install();
    const plain = bare.node.text(ENV);
    fc.assert(
      fc.property(odd, odd, (host, bypass) => {
        const { node, install } = headNode();
        const { status } = install({ proxy: `http://h${host}:80`, "proxy-bypass": `b${bypass}` });
        if (status === 64) return expect(existsSync(node.path(ENV))).toBe(false);
        expect(status).toBe(0);
        const added = `HTTPS_PROXY=http://h${host}:80\nNO_PROXY=b${bypass}\n`;
        return expect(node.text(ENV)).toBe(plain + added);
      }),
      { numRuns: 40 },
    );
  });
});
