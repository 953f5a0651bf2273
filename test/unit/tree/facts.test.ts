import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import {
  ARCHITECTURES,
  INSTALL_SCRIPT,
  packageName,
  RELEASES_FOLDER,
  releaseFolder,
  SUMS_FILE,
} from "../../../cli/stack/release/release.ts";
import { STAGE_FLAG } from "../../../cli/stack/stack-flags.ts";
import { stackName } from "../../../cli/stack/stack-outputs.ts";
import { HEAD_NODE_ACTIONS } from "../../../cli/verbs/head-node/headnode.ts";
import { LOOK_POSITION_KEY } from "../../../functions/requests/look-position.ts";
import { functionConfig } from "../../../functions/setup/config.ts";
import { agentConfig } from "../../../headnode/config.ts";
import { READY_FILE } from "../../../headnode/ready-file.ts";
import { SPOOL_FOLDERS } from "../../../headnode/spool/spool-folders.ts";
import { productionTimes } from "../../../local/aws/deploy.ts";
import { loadConfig } from "../../../local/config.ts";
import { BOARDS_FOLDER } from "../../../protocol/board.ts";
import { removalEntry, stateChangeEntry } from "../../../protocol/event.ts";
import { HEARTBEAT_KEY } from "../../../protocol/heartbeat.ts";
import { pendingFolder } from "../../../protocol/marker.ts";
import { LIVE_FOLDER, RECORD_FILE, STATUS_FILE, SYSTEM_FOLDER } from "../../../protocol/objects.ts";
import { OWN_RECORDS_FOLDER } from "../../../protocol/own-record.ts";
import { PREFIX_PATTERN } from "../../../protocol/prefix.ts";
import { ACTIONS } from "../../../protocol/request.ts";
import { ACCOUNT_PATTERN } from "../../../protocol/requester.ts";
import { ENV_VAR_VERSION, headNodeTags, isUnderWay } from "../../../protocol/ssm-command.ts";
import { FINAL_STATES } from "../../../protocol/state.ts";
import { COMMENT_BEGINNING, SUBMISSION_PATTERN } from "../../../protocol/submission.ts";
import { FUNCTION_ENVIRONMENT } from "../../support/lambda.ts";
import { projectFiles, projectText } from "../../support/project-files.ts";
import { everyFunction, patternOf } from "../../support/stack-functions.ts";

/** A file of the cloud side, with the Serverless Framework's variables as they stand. */
const yaml = (path: string) => parse(projectText(path), { logLevel: "silent", merge: true });
const [cloud, functions] = [yaml("serverless.yml"), everyFunction()];
const requestDocument = yaml("resources/request-document.yml").Resources.RequestDocument.Properties
  .Content;
const installDocument = yaml("resources/install-document.yml").Resources.InstallDocument.Properties
  .Content;
const { settingsOf } = createRequire(import.meta.url)("../../../resources/settings.cjs");
const deployed = (given: object, stage = "prod") =>
  settingsOf({ ...cloud.params.default, clusterName: "c", ...given }, stage);
const install = projectFiles("headnode/install/")
  .filter((path) => path.endsWith(".sh"))
  .map(projectText)
  .join("\n");
const SSM_SCRIPT = installDocument.mainSteps[0].inputs.runCommand.join("\n");

/** The text after a beginning, wherever that is found. */
const after = (text: string, beginning: string, end = /[^\s"'*]*/) =>
  text
    .split(beginning)
    .slice(1)
    .map((rest) => end.exec(rest)?.[0]);

describe("serverless.yml and resources/", () => {
  test("the stack, its audit log and its bucket are named as the command line looks for them", () => {
    expect(stackName({ stage: "x", stack: undefined })).toBe(`${cloud.service}-x`);
    expect(deployed({}, "x").bucketName["Fn::Sub"]).toMatch(`${cloud.service}-x-`);
    expect(cloud.provider.stage).toContain(`'${STAGE_FLAG.default}'`);
  });

  test("the local stage is the local cloud's", () => {
    const local = loadConfig({});
    expect(cloud.params[local.stage].clusterName).toBe(local.cluster);
    expect([deployed({}, local.stage), deployed({})].map((one) => one.makeDocuments)).toEqual([
      "no",
      "yes",
    ]);
    // A benchmark deploys it with production's times.
    const times = Object.fromEntries(productionTimes(local.checkout).map((one) => one.split("=")));
    expect(Object.keys(times)).toHaveLength(2);
    expect(cloud.params.default).toMatchObject(
      Object.fromEntries(Object.entries(times).map(([name, value]) => [name, Number(value)])),
    );
  });

  test("functions read the variables that they are given, and no others", () => {
    const given = Object.keys(functions.sweep.environment);
    const read = new Set<string>();
    functionConfig(
      new Proxy(FUNCTION_ENVIRONMENT, {
        get: (env, name) => {
          read.add(String(name));
          return Reflect.get(env, name);
        },
      }),
    );
    expect([...read].toSorted()).toEqual(given.toSorted());
  });

  test("events have the source and the kind that they are published with", () => {
    const entry = stateChangeEntry("bus", {} as never);
    const own = { source: [entry.Source], "detail-type": [entry.DetailType] };
    const kinds = [entry, removalEntry("bus", {} as never)].map((one) => one.DetailType);
    expect(patternOf(functions.audit)).toEqual({
      source: own.source,
      "detail-type": kinds,
      detail: { bucket: ["${self:custom.settings.bucketRef}"] },
    });
    const { Resources } = yaml("resources/email-jobs.yml");
    expect(Resources.JobEndRule.Properties.EventPattern).toMatchObject(own);
    const policies = projectText("resources/policies.yml");
    expect(after(policies, "events:source: ")).toEqual([entry.Source]);
    const dashboard = projectText("resources/dashboard.yml");
    expect(dashboard).toContain(`filter message = '${entry.DetailType}'`);
    const emails = deployed({ notificationEmail: "a@b.org", jobEmails: "all" });
    expect(new Set(emails.jobEmailDetail.to)).toEqual(FINAL_STATES);
  });

  test("a command that is still under way, or has done its work, starts no function", () => {
    const { status } = patternOf(functions["command-result"]).detail;
    const [{ "anything-but": left }] = status;
    expect(left).toContain("Success");
    const all = ["Pending", "Delayed", "InProgress", "Cancelling", "Failed", "TimedOut"];
    expect(all.filter((one) => left.includes(one))).toEqual(all.filter(isUnderWay));
    expect(left.filter((one: string) => one !== "Success" && !isUnderWay(one))).toEqual([]);
  });

  test("roles and policies name objects as the protocol does", () => {
    const named = ["roles", "policies"].flatMap((name) =>
      after(
        projectText(`resources/${name}.yml`).replaceAll("${!aws:username}", "USER"),
        "${self:custom.settings.bucketArn}/",
        /[^"]*/,
      ),
    );
    const known = [
      `*/${STATUS_FILE}`,
      `*/${RECORD_FILE}`,
      `${pendingFolder()}*`,
      `${RELEASES_FOLDER}*`,
      `${SYSTEM_FOLDER}*`,
      HEARTBEAT_KEY,
      LOOK_POSITION_KEY,
      `${OWN_RECORDS_FOLDER}*`,
      `${BOARDS_FOLDER}*`,
      ...["USER-*", "USER--*"].flatMap((own) => [own, `${LIVE_FOLDER}${own}`]),
      "*",
    ];
    expect(new Set(named)).toEqual(new Set(known));
    expect(projectText("resources/policies.yml")).toContain(`[".${LIVE_FOLDER.slice(1)}$"`);
  });

  test("the Head Node is found by the tags that commands are addressed to", () => {
    const { statement } = yaml("resources/head-node-cluster.yml");
    const tags = Object.keys(statement.Condition.StringEquals);
    expect(tags).toEqual(Object.keys(headNodeTags("c")).map((tag) => `ssm:resourceTag/${tag}`));
    const type = headNodeTags("c")["parallelcluster:node-type"];
    expect(Object.values(statement.Condition.StringEquals)).toContain(type);
  });

  test("alarms and the dashboard look at metrics that functions write", () => {
    const sources = ["functions/audit.ts", "functions/sweep.ts"].map(projectText).join("\n");
    const written = new Set(after(sources, 'addMetric("', /\w+/));
    const namespace = after(projectText("functions/setup/telemetry.ts"), 'namespace: "', /\w+/)[0];
    const alarms = Object.values<{ Properties: Record<string, string> }>(
      yaml("resources/alarms.yml").Resources,
    ).filter(({ Properties }) => Properties["Namespace"] === namespace);
    expect(alarms).toHaveLength(2);
    const dashboard = projectText("resources/dashboard.yml");
    const shown = [
      ...after(dashboard, 'MetricName=\\"', /\w+/),
      ...after(dashboard, `["${namespace}", "`, /\w+/),
      ...after(dashboard, '[".", "', /\w+/).filter((name) => name !== "Throttles"),
    ];
    expect(new Set(shown)).toEqual(written);
    for (const { Properties } of alarms) expect(written).toContain(Properties["MetricName"]);
  });

  test("a parameter of a deployment is one that the install document takes", () => {
    const { Home, Bucket, EventBus } = installDocument.parameters;
    const homes = [
      "/opt/cloud-submit",
      "/opt",
      "/opt/",
      "/a/../b",
      "/a/./b",
      "/.x/y",
      "opt/x",
      "/",
    ];
    const accepted = homes.filter((headNodeHome) => {
      try {
        return Boolean(deployed({ headNodeHome }));
      } catch {
        return false;
      }
    });
    expect(accepted).toEqual(homes.filter((home) => new RegExp(Home.allowedPattern).test(home)));
    expect(projectText("resources/settings.cjs")).toContain(
      Bucket.allowedPattern.replace(/^\^\((.*)\)\?\$$/, "/^$1$/"),
    );
    expect(EventBus.default).toBe(cloud.custom.eventBus);
    expect(Home.default).toBe(cloud.params.default.headNodeHome);
  });
});

describe("on the Head Node", () => {
  test("install.sh and the agent have the defaults of a deployment", () => {
    const { headNodeHome } = cloud.params.default;
    expect(install).toContain(`home=\${home:-${headNodeHome}}`);
    expect(install).toContain(`programs and hooks (${headNodeHome})`);
    expect(install).toContain(`event_bus=\${event_bus:-${cloud.custom.eventBus}}`);
    expect(install).toContain(`event bus for state changes (${cloud.custom.eventBus})`);
    expect(agentConfig({ CLOUD_SUBMIT_BUCKET: "b" })).toMatchObject({
      home: headNodeHome,
      eventBus: cloud.custom.eventBus,
    });
    const [state] = after(install, "state=${state:-/", /[^}]+/);
    expect(install).toContain(`spool and journal (/${state})`);
  });

  test("install.sh makes and counts the folders of the spool, and waits for the agent's file", () => {
    const made = after(install, 'folder "$state/spool/', /\w+/).map((name) => `spool/${name}`);
    expect(made).toEqual(Object.values(SPOOL_FOLDERS));
    expect(install).toContain(`for kind in ${Object.keys(SPOOL_FOLDERS).join(" ")}; do`);
    expect(new Set(after(install, "$state/", /\w+\.json/).filter(Boolean))).toEqual(
      new Set([READY_FILE]),
    );
  });

  test("hooks leave their files in the spool, and know the jobs that are ours", () => {
    const [request, ended] = ["request", "slurm-ended"].map((name) =>
      projectText(`headnode/hooks/${name}.sh`),
    );
    for (const [hook = "", folder] of [
      [request, SPOOL_FOLDERS.requests],
      [ended, SPOOL_FOLDERS.endings],
    ]) {
      const [spool, kind] = String(folder).split("/");
      expect(hook).toContain(`readlink "\${0%/*}/../${spool}") || link=${spool}\n`);
      expect(hook).toContain(`/\${link##*/}/${kind}\n`);
    }
    expect(ended).toContain(`  ${COMMENT_BEGINNING}*) ;;`);
  });

  test("hooks/request lets the characters through that the protocol's patterns do", () => {
    const hook = projectText("headnode/hooks/request.sh");
    for (const [name, { source }] of [
      ["Prefix", PREFIX_PATTERN],
      ["Submission", SUBMISSION_PATTERN],
    ] as const) {
      const [, first, rest] = /^\^\[(.*?)\]\[(.*?)\]/.exec(source) ?? [];
      expect(hook).toContain(
        `case \${SSM_${name}:-} in\n  '' | [!${first}]* | *[!${rest}]*) refuse`,
      );
    }
    const [, account] = /^\^\[(.*?)\]/.exec(ACCOUNT_PATTERN.source) ?? [];
    expect(hook).toContain(`case \${SSM_Requester:-} in\n  *[!${account}]*) refuse`);
    expect(hook).toContain(`  ${ACTIONS.join(" | ")}) ;;`);
  });

  test.each([
    ["request", requestDocument, ACTIONS],
    ["install", installDocument, HEAD_NODE_ACTIONS],
  ])("the %s document takes the actions that it is sent", (_name, document, actions) => {
    const { allowedValues, allowedPattern } = document.parameters.Action;
    expect(allowedValues).toEqual(actions);
    expect(allowedPattern).toBe(`^(${actions.join("|")})$`);
  });

  test("install.sh knows the actions of its document", () => {
    const cases = `${HEAD_NODE_ACTIONS.join(" | ")}) ;;`;
    expect([install.includes(cases), SSM_SCRIPT.includes(cases)]).toEqual([true, true]);
    expect(install).toContain(`usage: install.sh ${HEAD_NODE_ACTIONS.join("|")} `);
  });

  test("a release is built, published and fetched under the same names", () => {
    const built = projectText("local/packages.mjs");
    const shown = packageName("V", "A" as "x64");
    expect(built).toContain(`\`${shown.replace("V", "${version}").replace("A", "${arch}")}\``);
    expect(install).toContain(`package=${shown.replace("V", "$version").replace("A", "$arch")}\n`);
    expect(built).toContain(`ARCHITECTURES = ${JSON.stringify(ARCHITECTURES).replace(",", ", ")};`);
    expect(after(install, ") arch=", /\w+/)).toEqual([...ARCHITECTURES]);
    expect(built).toContain(`join(target, "${SUMS_FILE}")`);
    expect(built).toContain(`const names = ["${INSTALL_SCRIPT}"];`);
    expect(install).toContain(`fetch ${SUMS_FILE} `);
    expect(install).toContain(`key=${releaseFolder("$version")}$1\n`);
    expect(SSM_SCRIPT).toContain(`for name in ${SUMS_FILE} ${INSTALL_SCRIPT}; do`);
    expect(SSM_SCRIPT).toContain(`key=${releaseFolder("$SSM_Version")}$name\n`);
  });

  test("the AWS CLI is looked for in the same places", () => {
    expect(install).toContain(`  for aws in ${after(SSM_SCRIPT, "for aws in ", /.*/).join()}\n`);
  });

  test("the SSM agent that knows ENV_VAR is the same for install.sh and the documents' comments", () => {
    expect(after(install, "SSM_ENV_VERSION=")[0]).toBe(ENV_VAR_VERSION);
    const documents = ["request", "install"].map((name) => `resources/${name}-document.yml`);
    for (const document of documents.map(projectText))
      expect(after(document, "Agents older than ")).toEqual([ENV_VAR_VERSION]);
  });
});
