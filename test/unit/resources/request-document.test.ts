import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { parseRequest } from "../../../headnode/spool/messages.ts";
import { Random } from "../../../local/random.ts";
import { Delivery } from "../../../local/ssm/delivery.ts";
import { commandDocument, type Parameters, renderSteps } from "../../../local/ssm/document.ts";
import { ssmCommand } from "../../support/ssm-command.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The request document on a Head Node of its own, through an SSM agent that has no HOME and no /sbin. */
async function request(parameters: Parameters, generation: "current" | "older") {
  const home = temporaryFolder();
  mkdirSync(join(home, "hooks"));
  mkdirSync(join(home, "spool/requests"), { recursive: true });
  copyFileSync(file("headnode/hooks/request.sh"), join(home, "hooks/request"));
  chmodSync(join(home, "hooks/request"), 0o755);
  const yaml = readFileSync(file("resources/request-document.yml"), "utf8").replaceAll(
    // oxlint-disable-next-line no-template-curly-in-string -- the Serverless Framework's
    "${self:custom.settings.headNodeHome}",
    home,
  );
  const { Content } = parse(yaml, { logLevel: "error" }).Resources.RequestDocument.Properties;
  const document = commandDocument.parse(Content);
  const steps = renderSteps(document, parameters, generation);
  const command = ssmCommand(steps, { document, parameters });
  await new Promise<void>((resolve) => {
    const delivery = new Delivery({
      folder: join(home, "ssm"),
      env: { PATH: "/usr/bin:/bin" },
      cpu: { burn: async () => undefined },
      random: new Random(1),
      rebootMs: 10,
      log: () => undefined,
      changed: ({ endedAt }) => endedAt !== undefined && resolve(),
    });
    delivery.submit(command);
  });
  const spool = join(home, "spool/requests");
  const files = readdirSync(spool).map((name) => readFileSync(join(spool, name), "utf8"));
  return { command, files };
}

const good = {
  Action: ["run"],
  Prefix: ["job-1"],
  Submission: ["s.1"],
  Requester: ["123456789012"],
};

describe.each(["current", "older"] as const)(
  "the request document, SSM agent: %s",
  (generation) => {
    test("leaves the request, and the id of its command, in the spool", async () => {
      const { command, files } = await request(good, generation);
      expect(command).toMatchObject({ status: "Success", stdout: "", stderr: "" });
      expect(files.map(parseRequest)).toEqual([
        {
          action: "run",
          prefix: "job-1",
          submission: "s.1",
          requester: "123456789012",
          command: command.commandId,
        },
      ]);
    });

    test("runs nothing with an action of another kind, which the SSM agent looks for in patterns only", async () => {
      const { command, files } = await request({ ...good, Action: ["erase"] }, generation);
      expect([command.status, command.hasRun ?? false, files]).toEqual(["Failed", false, []]);
    });
  },
);
