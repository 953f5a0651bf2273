import { describe, expect, test } from "@jest/globals";
import { checkParameters, commandDocument, renderSteps } from "../../../../local/ssm/document.ts";

const document = commandDocument.parse({
  schemaVersion: "2.2",
  description: "an example",
  parameters: {
    Action: { type: "String", allowedValues: ["run", "cancel"], interpolationType: "ENV_VAR" },
    Prefix: { type: "String", allowedPattern: "^[a-z0-9]+$", interpolationType: "ENV_VAR" },
    Note: { type: "String", default: "" },
    Words: { type: "StringList", default: ["a", "b"] },
  },
  mainSteps: [
    {
      action: "aws:runShellScript",
      name: "first",
      inputs: { timeoutSeconds: "30", runCommand: ["echo {{ Prefix }} {{Action}}", "{{ Other }}"] },
    },
  ],
});

const good = { Action: ["run"], Prefix: ["job1"] };

describe("checkParameters", () => {
  test("adds defaults to what was sent", () => {
    expect(checkParameters(document, good)).toEqual({ ...good, Note: [""], Words: ["a", "b"] });
  });

  test.each([
    ["a parameter the document does not define", { ...good, Other: ["x"] }],
    ["a parameter named like an object's own property", { ...good, constructor: ["x"] }],
    ["a missing parameter without a default", { Action: ["run"] }],
    ["a value outside allowedValues", { ...good, Action: ["erase"] }],
    ["a value that does not match allowedPattern", { ...good, Prefix: ["a b; id"] }],
    ["an empty value where the pattern wants one", { ...good, Prefix: [""] }],
    ["a value with a line break", { ...good, Prefix: ["job1\nid"] }],
    ["several values for a String", { ...good, Prefix: ["a", "b"] }],
    ["no value for a String", { ...good, Prefix: [] }],
  ])("refuses %s", (_, sent) => {
    expect(() => checkParameters(document, sent)).toThrow(
      expect.objectContaining({ type: "InvalidParameters" }),
    );
  });
});

describe("renderSteps", () => {
  const parameters = checkParameters(document, good);

  test("puts values into the script and leaves unknown placeholders alone", () => {
    const [step] = renderSteps(document, parameters, "current");
    expect(step?.script).toBe("echo job1 run\n{{ Other }}\n");
    expect(step?.timeoutSeconds).toBe(30);
  });

  test("passes ENV_VAR parameters, and only those, as SSM_ variables", () => {
    const [step] = renderSteps(document, parameters, "current");
    expect(step?.env).toEqual({ SSM_Action: "run", SSM_Prefix: "job1" });
  });

  test("sets no variables as an older agent, with the same script", () => {
    const [step] = renderSteps(document, parameters, "older");
    expect(step?.env).toEqual({});
    expect(step?.script).toBe("echo job1 run\n{{ Other }}\n");
  });

  test("does not interpolate what a value itself holds", () => {
    const note = { ...parameters, Prefix: ["{{Action}}"] };
    const [step] = renderSteps(document, note, "current");
    expect(step?.script).toContain("echo {{Action}} run");
  });
});

test.each([
  ["1", 3600],
  ["4", 3600],
  ["5", 5],
  [30, 30],
])("a time-out of %j seconds is one of %d", (timeoutSeconds, seconds) => {
  const inputs = { runCommand: ["true"], timeoutSeconds };
  const mainSteps = [{ action: "aws:runShellScript", name: "s", inputs }];
  const [step] = commandDocument.parse({ schemaVersion: "2.2", mainSteps }).mainSteps;
  expect(step?.inputs.timeoutSeconds).toBe(seconds);
});

test("a document of another schema version is refused", () => {
  expect(commandDocument.safeParse({ schemaVersion: "1.2", mainSteps: [] }).success).toBe(false);
});
