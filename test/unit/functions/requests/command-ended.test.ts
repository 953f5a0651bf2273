import { describe, expect, test } from "@jest/globals";
import { commandEnded } from "../../../../functions/requests/command-ended.ts";
import { dispatchRequest } from "../../../../functions/requests/dispatch-request.ts";
import { functionWorld } from "../../../support/function-world.ts";

/** A request that was dispatched by command-1. */
async function asked() {
  const w = functionWorld();
  w.status("job1", "FILE_UPLOAD");
  await dispatchRequest({ key: "job1/job-aws-stat.txt", invocation: "i1" }, w.ports);
  const ended = (status: string, commandId = "command-1", parameters: unknown = given) =>
    commandEnded(
      {
        source: "aws.ssm",
        detail: { "command-id": commandId, "document-name": "d", status, parameters },
      },
      w.ports,
    );
  return { ...w, ended };
}
const given = { Action: ["run"], Prefix: ["job1"], Submission: ["v1"], Requester: [""] };

describe("commandEnded", () => {
  test.each(["Failed", "TimedOut", "Undeliverable", "Cancelled"])(
    "%s: sends again",
    async (status) => {
      const { ended, sent } = await asked();
      expect(await ended(status)).toMatchObject({ did: "send", attempt: 2 });
      expect(sent[1]).toEqual(sent[0]);
    },
  );

  test("stops sending at once after three commands, and leaves it to the sweep", async () => {
    const { ended, sent, markers } = await asked();
    await ended("Failed");
    await ended("Failed", "command-2");
    expect(await ended("Failed", "command-3")).toMatchObject({ did: "nothing" });
    expect([sent.length, markers.size]).toEqual([3, 1]);
  });

  test("a request that has its answer is not sent again", async () => {
    const { ended, sent, status } = await asked();
    status("job1", "JOB_SUBMIT");
    expect(await ended("TimedOut")).toMatchObject({ did: "nothing" });
    expect(sent).toHaveLength(1);
  });

  test.each([
    [
      "the hook refuses the request",
      "Failed",
      { details: "Failed", exitCode: 64, output: "cloud-submit: no" },
    ],
    ["SSM may not", "Failed", { details: "AccessDenied", exitCode: undefined, output: "" }],
    [
      "it is the wrong platform",
      "Failed",
      { details: "Invalid Platform", exitCode: undefined, output: "" },
    ],
  ])("%s: JOB_ERROR with the reason", async (_name, status, end) => {
    const { ended, ends, sent, records, statuses, markers } = await asked();
    ends.set("command-1", end);
    expect(await ended(status)).toMatchObject({ did: "give up" });
    expect(records.get("job1")).toMatchObject({
      outcome: "unreachable",
      error: { code: "command-failed", message: expect.stringContaining(`SSM: ${end.details}`) },
    });
    expect([statuses.get("job1")?.state, sent.length, markers.size]).toEqual(["JOB_ERROR", 1, 0]);
  });

  test.each([
    "cloud-submit: access denied to the spool",
    "no Invalid Platform here",
    "InvalidPlatform",
    "exit status 64",
  ])("what the hook printed (%j) decides nothing: sends again", async (output) => {
    const { ended, ends } = await asked();
    ends.set("command-1", { details: "Failed", exitCode: 1, output });
    expect(await ended("Failed")).toMatchObject({ did: "send" });
  });

  test.each(["AccessDeniedToo", "Not InvalidPlatform", "access denied", "Undeliverable"])(
    "the details %j are not permanent",
    async (details) => {
      const { ended, ends } = await asked();
      ends.set("command-1", { details, exitCode: undefined, output: "" });
      expect(await ended("Failed")).toMatchObject({ did: "send" });
    },
  );

  test("a missing agent may be put right in time: sends again", async () => {
    const { ended, ends } = await asked();
    ends.set("command-1", { details: "Failed", exitCode: 75, output: "no spool" });
    expect(await ended("Failed")).toMatchObject({ did: "send" });
  });

  test.each([
    ["as JSON text", JSON.stringify(given), "send"],
    ["as single values", { Action: "run", Prefix: "job1", Submission: "v1" }, "send"],
    ["missing", undefined, "nothing"],
    ["no JSON", "{", "nothing"],
    ["of another shape", { Prefix: ["$(id)"], Action: ["run"], Submission: ["v1"] }, "nothing"],
  ])("parameters %s are understood", async (_name, parameters, did) => {
    const { ended } = await asked();
    // undefined would take the default.
    expect(await ended("Failed", "command-1", parameters ?? null)).toMatchObject({ did });
  });
});
