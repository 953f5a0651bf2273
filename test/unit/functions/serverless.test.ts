import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ACTIONS } from "../../../protocol/objects.ts";
import { PREFIX_PATTERN } from "../../../protocol/prefix.ts";
import { formatStatus } from "../../../protocol/state.ts";
import { SUBMISSION_PATTERN } from "../../../protocol/submission.ts";

const read = (name: string) =>
  parse(readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8"), { logLevel: "error" });

test("the rule leaves out the states that the agent writes, and no request", () => {
  const { pattern } = read("serverless.yml").functions.dispatch.events[0].eventBridge;
  const [{ "anything-but": left }] = pattern.detail.object.etag;
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const states = ["JOB_SUBMIT", "JOB_COMPLETE", "JOB_ERROR"] as const;
  expect(left).toEqual(states.map((state) => md5(formatStatus(state))));
});

test("the document's patterns are the protocol's", () => {
  const { parameters } = read("resources/request-document.yml").Resources.RequestDocument.Properties
    .Content;
  expect(parameters.Prefix.allowedPattern).toBe(PREFIX_PATTERN.source);
  expect(parameters.Submission.allowedPattern).toBe(SUBMISSION_PATTERN.source);
  expect(parameters.Action.allowedValues).toEqual([...ACTIONS]);
  for (const parameter of Object.values<{ interpolationType: string }>(parameters))
    expect(parameter.interpolationType).toBe("ENV_VAR");
});
