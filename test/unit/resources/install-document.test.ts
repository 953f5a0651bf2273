import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import type { AgentGeneration } from "../../../local/config.ts";
import {
  checkParameters,
  commandDocument,
  type Parameters,
  renderSteps,
} from "../../../local/ssm/document.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const document = commandDocument.parse(
  parse(readFileSync(new URL("../../../resources/install-document.yml", import.meta.url), "utf8"), {
    logLevel: "error",
  }).Resources.InstallDocument.Properties.Content,
);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A script that only says how it was called, in the place of install.sh. */
const SCRIPT = 'printf "%s\\n" "$0" "$@"\n';

/** A bucket, and an AWS CLI that takes from it, in the place of the Head Node's. */
function headNode(script = SCRIPT, sums = `${sha256(SCRIPT)}  install.sh\n`) {
  const folder = temporaryFolder();
  const objects: Record<string, string> = { "install.sh": script, SHA256SUMS: sums };
  mkdirSync(join(folder, "bucket"));
  mkdirSync(join(folder, "bin"));
  for (const [name, text] of Object.entries(objects))
    writeFileSync(join(folder, "bucket", name), text);
  writeFileSync(
    join(folder, "bin/aws"),
    `#!/bin/sh\necho "$*" >>${folder}/calls\necho "$https_proxy $no_proxy $(cat $AWS_CA_BUNDLE)" >>${folder}/ways\nfor last; do :; done\ncp "${folder}/bucket/\${last##*/}" "$last"\n`,
  );
  chmodSync(join(folder, "bin/aws"), 0o755);
  const home = join(folder, "home");
  return {
    home,
    calls: () => readFileSync(join(folder, "calls"), "utf8"),
    /** Proxy, hosts without it and authorities at each call. */
    ways: () => readFileSync(join(folder, "ways"), "utf8").trimEnd().split("\n"),
    /** Puts a file into what takes the place of /etc/cloud-submit. */
    write: (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    run: (
      parameters: Record<string, string>,
      generation: AgentGeneration = "current",
      check = checkParameters,
    ) => {
      const sent = Object.entries(parameters).map(([name, value]) => [name, [value]] as const);
      const checked = check(document, Object.fromEntries(sent));
      const [step] = renderSteps(document, checked, generation);
      return spawnSync(
        "/bin/sh",
        ["-c", (step?.script ?? "").replaceAll("/etc/cloud-submit", folder)],
        {
          env: { PATH: `${folder}/bin:/usr/bin:/bin`, ...step?.env },
          encoding: "utf8",
        },
      );
    },
  };
}

const install = {
  Action: "install",
  Bucket: "jobs",
  Region: "eu-west-1",
  Version: "1.2.3",
  Checksum: sha256(`${sha256(SCRIPT)}  install.sh\n`),
};

describe("the install document", () => {
  test.each(["current", "older"] as const)(
    "runs the script of the bucket with an argument for each parameter, SSM agent: %s",
    (generation) => {
      const { run, calls } = headNode();
      const done = run(install, generation);
      expect([done.stderr, done.status]).toEqual(["", 0]);
      expect(done.stdout.trim().split("\n").join(" ")).toBe(
        `./install.sh install --bucket jobs --region eu-west-1 --version 1.2.3 --checksum ${install.Checksum} --event-bus default --home /opt/cloud-submit`,
      );
      expect(calls()).toContain("s3://jobs/.cloud-submit/agent/1.2.3/install.sh");
    },
  );

  test.each(["current", "older"] as const)(
    "goes the way that the agent goes, or is to go; install.sh hears of what is new, SSM agent: %s",
    (generation) => {
      const { run, write, ways } = headNode();
      const way = { Proxy: "http://p:1", ProxyBypass: "a,*", Authorities: "eA==" };
      const asked = (parameters: Record<string, string>) => {
        const { stdout, stderr, status } = run({ ...install, ...parameters }, generation);
        expect([stderr, status]).toEqual(["", 0]);
        return [ways().at(-1), stdout.trim().split("\n").slice(14).join(" ")];
      };
      expect(asked(way)).toEqual([
        "http://p:1 a,* x",
        "--proxy http://p:1 --proxy-bypass a,* --ca eA==",
      ]);
      const y = write("ca.pem", "y");
      write("agent.env", `PATH=/x\nHTTPS_PROXY=http://q:2\nNO_PROXY=b\nAWS_CA_BUNDLE=${y}\n`);
      expect(asked({})).toEqual(["http://q:2 b y", ""]);
      expect(asked(way)[0]).toBe("http://p:1 a,* x");
      expect(asked({ Proxy: "none", ProxyBypass: "none" })).toEqual([
        "  y",
        "--proxy none --proxy-bypass none",
      ]);
      write("local.env", 'https_proxy="http://alice:secret@r:3"');
      expect(asked(way)[0]).toBe("http://alice:secret@r:3 a,* x");
    },
  );

  test("runs nothing that the administrator did not publish", () => {
    const changedScript = headNode("echo pwned\n").run(install);
    expect(changedScript).toMatchObject({
      status: 65,
      stdout: "",
      stderr: expect.stringMatching(/install\.sh in the bucket is not what/),
    });
    const evil = "echo pwned\n";
    const changedBoth = headNode(evil, `${sha256(evil)}  install.sh\n`).run(install);
    expect(changedBoth).toMatchObject({
      status: 65,
      stdout: "",
      stderr: expect.stringMatching(/SHA256SUMS in the bucket is not what/),
    });
    const noName = `${sha256(evil)}  other.sh\n`;
    expect(headNode(evil, noName).run({ ...install, Checksum: sha256(noName) })).toMatchObject({
      status: 65,
      stdout: "",
    });
  });

  test("tells the exit code of the script", () => {
    const script = "exit 70\n";
    const sums = `${sha256(script)}  install.sh\n`;
    expect(headNode(script, sums).run({ ...install, Checksum: sha256(sums) }).status).toBe(70);
  });

  test("status and uninstall are the installed script's business", () => {
    const node = headNode();
    const parameters = { Action: "uninstall", Home: node.home, Purge: "yes" };
    expect(node.run({ ...parameters, Action: "status" })).toMatchObject({
      status: 4,
      stderr: expect.stringMatching(/not installed in/),
    });
    mkdirSync(join(node.home, "current"), { recursive: true });
    writeFileSync(join(node.home, "current/install.sh"), SCRIPT);
    expect(node.run(parameters).stdout.trim().split("\n").slice(1)).toEqual([
      "uninstall",
      "--home",
      node.home,
      "--purge",
      "yes",
    ]);
  });

  test("says what is missing", () => {
    const { Checksum: _, ...unchecked } = install;
    expect(headNode().run(unchecked)).toMatchObject({
      status: 64,
      stderr: expect.stringMatching(/needs Bucket, Region, Version and Checksum/),
    });
  });

  test.each([
    { Action: "rm" },
    { Bucket: "a;b" },
    { Bucket: "$(id)" },
    { Region: "eu-west-1;id" },
    { Version: "../x" },
    { Version: "1 2" },
    { Checksum: "abc" },
    { EventBus: "a b" },
    { Home: "/opt/../etc" },
    { Home: "/opt/a b" },
    { Home: "/opt" },
    { Purge: "maybe" },
    { Proxy: "http://alice:secret@p:1" },
    { Proxy: "http://p:1;id" },
    { ProxyBypass: "a b" },
    { Authorities: "$(id)" },
  ])("its patterns refuse %j", (bad) => {
    expect(() => headNode().run({ ...install, ...bad })).toThrow(/allowed/);
  });

  test.each([
    [{ Action: "rm" }, /Action is none of/],
    [{ Purge: "maybe" }, /Purge is neither/],
    [{ Home: "/opt/../etc" }, /no plain path/],
    [{ Home: "/opt//x" }, /no plain path/],
    [{ Home: "/opt/./x" }, /no plain path/],
    [{ Home: "/opt/a b" }, /no plain path/],
    [{ Home: "/opt" }, /not a folder below/],
    [{ Home: "opt/x" }, /not a folder below/],
    [{ Home: `/opt/${"x".repeat(1024)}` }, /longer than 1024/],
  ])("its script refuses %j, whatever the patterns let through", (bad, words) => {
    const unchecked = (_: unknown, sent: Parameters) =>
      Object.fromEntries(
        Object.entries(document.parameters).map(([name, one]) => [
          name,
          sent[name] ?? [one.default ?? ""].flat(),
        ]),
      );
    const done = headNode().run({ ...install, ...bad }, "current", unchecked);
    expect(done).toMatchObject({ status: 64, stdout: "", stderr: expect.stringMatching(words) });
  });

  test.each(["/opt/cloud-submit", "/opt/.x/y", `/${"a".repeat(200)}/b`, "/a/b/c-d_e.f"])(
    "takes %j as its home",
    (Home) => {
      expect(headNode().run({ ...install, Home }).stdout).toContain(`--home\n${Home}\n`);
    },
  );
});
