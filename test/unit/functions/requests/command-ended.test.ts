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
      times,
      w.ports,
    );
  return { ...w, w, ended };
}
const times = { redispatchSeconds: 240 };
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

  test("stops after three commands, which say which they are; the marker is written once", async () => {
    const { ended, sent, w } = await asked();
    expect(await ended("Failed")).toMatchObject({ did: "send", attempt: 2 });
    expect(await ended("Failed", "command-2")).toMatchObject({ did: "send", attempt: 3 });
    w.passSeconds(60);
    expect(await ended("Failed", "command-3")).toMatchObject({ did: "nothing" });
    expect([sent.length, w.markers.size, w.store.requests.put]).toEqual([3, 1, 1]);
  });

  test("a command that no machine had is not sent again", async () => {
    const { ended, sent } = await asked();
    expect(await ended("Undeliverable", "unknown")).toMatchObject({ did: "nothing" });
    expect(sent).toHaveLength(1);
  });

  test("what the agent has seen meanwhile is in hand, unless it has been silent since", async () => {
    const { ended, w } = await asked();
    w.passSeconds(10);
    w.beats(w.ports.now());
    w.passSeconds(240);
    expect(await ended("TimedOut")).toMatchObject({ did: "nothing" });
    w.passSeconds(1);
    expect(await ended("TimedOut")).toMatchObject({ did: "send" });
  });

  test("while the bell was rung enough, no more is sent, whatever fails", async () => {
    const { ended, w } = await asked();
    for (let job = 2; job < 5; job++) {
      w.status(`job${job}`, "FILE_UPLOAD");
      await dispatchRequest({ key: `job${job}/job-aws-stat.txt`, invocation: "i" }, w.ports);
    }
    expect(w.sent).toHaveLength(3);
    expect(await ended("Failed")).toMatchObject({ did: "nothing" });
    expect(w.sent).toHaveLength(3);
  });

  test("after one that cannot succeed, the next that waits is rung for, until all are told", async () => {
    const { w } = await asked();
    const prefixes = ["job1", ...Array.from({ length: 30 }, (_, job) => `next${job}`)];
    for (const prefix of prefixes.slice(1)) {
      w.status(prefix, "FILE_UPLOAD");
      await dispatchRequest({ key: `${prefix}/job-aws-stat.txt`, invocation: "i" }, w.ports);
    }
    // Answered, and its marker still there: it does not break the chain.
    w.status("next7", "JOB_SUBMIT");
    expect(w.sent).toHaveLength(3);
    for (let told = 0; told < w.sent.length; told++) {
      const { action: Action, prefix: Prefix, submission: Submission } = w.sent[told]!;
      const parameters = { Action, Prefix, Submission };
      const detail = { "command-id": `command-${told + 1}`, "document-name": "d" };
      await commandEnded(
        { source: "aws.ssm", detail: { ...detail, status: "AccessDenied", parameters } },
        times,
        w.ports,
      );
    }
    const states = prefixes.map((prefix) => w.statuses.get(prefix)?.state);
    expect(states.filter((state) => state !== "JOB_ERROR")).toEqual(["JOB_SUBMIT"]);
    // The three chains meet.
    expect(w.sent.length).toBeLessThanOrEqual(prefixes.length + 3);
  });

  test("a bucket that lets no marker be removed makes no endless stream of commands", async () => {
    const { w } = await asked();
    w.status("job2", "FILE_UPLOAD");
    await dispatchRequest({ key: "job2/job-aws-stat.txt", invocation: "i" }, w.ports);
    w.store.before = (operation) => {
      if (operation === "delete") throw Object.assign(new Error("no"), { name: "AccessDenied" });
    };
    for (let told = 0; told < w.sent.length && told < 100; told++) {
      const { action: Action, prefix: Prefix, submission: Submission } = w.sent[told]!;
      const parameters = { Action, Prefix, Submission };
      const detail = { "command-id": `command-${told + 1}`, "document-name": "d" };
      await commandEnded(
        { source: "aws.ssm", detail: { ...detail, status: "InvalidPlatform", parameters } },
        times,
        w.ports,
      );
    }
    expect(w.sent.length).toBeLessThanOrEqual(3);
    expect(["job1", "job2"].map((prefix) => w.statuses.get(prefix)?.state)).toEqual([
      "JOB_ERROR",
      "JOB_ERROR",
    ]);
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
