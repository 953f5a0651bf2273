import { describe, expect, test } from "@jest/globals";
import { functionConfig } from "../../../../functions/setup/config.ts";

const env = { BUCKET: "b", DOCUMENT_NAME: "d", EVENT_BUS: "e" };

describe("functionConfig", () => {
  test.each([
    [{ CLUSTER_NAME: "hpc", HEAD_NODE_INSTANCE_ID: "" }, { clusterName: "hpc" }],
    [{ CLUSTER_NAME: "", HEAD_NODE_INSTANCE_ID: "i-1" }, { instanceId: "i-1" }],
  ])("%j: serverless.yml sets both variables, one of them empty", (given, target) => {
    expect(functionConfig({ ...env, ...given })).toMatchObject({
      bucket: "b",
      documentName: "d",
      eventBus: "e",
      target,
    });
  });

  test("times have defaults, and are given in seconds", () => {
    const set = { ...env, CLUSTER_NAME: "hpc" };
    expect(functionConfig(set)).toMatchObject({
      redispatchSeconds: 240,
      checkSeconds: 3600,
      deadlineSeconds: 86_400,
    });
    expect(functionConfig({ ...set, DEADLINE_SECONDS: "60" })).toMatchObject({
      deadlineSeconds: 60,
    });
  });

  test.each([
    [{}, /^BUCKET: /],
    [env, /^CLUSTER_NAME: .*only one of them/],
    [{ ...env, CLUSTER_NAME: "c", HEAD_NODE_INSTANCE_ID: "i" }, /^CLUSTER_NAME: .*only one/],
    [{ ...env, CLUSTER_NAME: "c", CHECK_SECONDS: "soon" }, /^CHECK_SECONDS: /],
    [{ ...env, CLUSTER_NAME: "c", CHECK_SECONDS: "-1" }, /^CHECK_SECONDS: /],
  ])("%j is refused by the name of the variable", (given, message) => {
    expect(() => functionConfig(given)).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringMatching(message) }),
    );
  });
});
