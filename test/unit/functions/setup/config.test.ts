import { describe, expect, test } from "@jest/globals";
import { functionConfig, notifyConfig, redriveConfig } from "../../../../functions/setup/config.ts";

const env = {
  BUCKET: "b",
  DOCUMENT_NAME: "d",
  EVENT_BUS: "e",
  REDISPATCH_SECONDS: "1",
  DEADLINE_SECONDS: "3",
};

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

  test("times are given in seconds, all of them: their defaults are in serverless.yml", () => {
    const set = { ...env, CLUSTER_NAME: "hpc" };
    expect(functionConfig(set)).toMatchObject({
      redispatchSeconds: 1,
      deadlineSeconds: 3,
    });
    for (const name of ["REDISPATCH_SECONDS", "DEADLINE_SECONDS"])
      expect(() => functionConfig({ ...set, [name]: undefined })).toThrow(name);
  });

  test.each([
    [{}, /^BUCKET: /],
    [env, /^CLUSTER_NAME: .*only one of them/],
    [{ ...env, CLUSTER_NAME: "c", HEAD_NODE_INSTANCE_ID: "i" }, /^CLUSTER_NAME: .*only one/],
    [{ ...env, CLUSTER_NAME: "c", DEADLINE_SECONDS: "soon" }, /^DEADLINE_SECONDS: /],
    [{ ...env, CLUSTER_NAME: "c", DEADLINE_SECONDS: "-1" }, /^DEADLINE_SECONDS: /],
  ])("%j is refused by the name of the variable", (given, message) => {
    expect(() => functionConfig(given)).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringMatching(message) }),
    );
  });
});

describe("redriveConfig", () => {
  const set = { DEAD_LETTERS_URL: "https://sqs.example/q", STACK: "cloud-submit-prod" };

  test("knows the queue, the functions of its stage, and the site's way to AWS", () => {
    const network = { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "", CERTIFICATES: "pem" };
    expect(redriveConfig({ ...set, ...network })).toEqual({
      queueUrl: set.DEAD_LETTERS_URL,
      stack: set.STACK,
      network: { env: { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: "" }, ca: "pem" },
    });
  });

  test.each([
    [{ ...set, DEAD_LETTERS_URL: "queue" }, /^DEAD_LETTERS_URL: /],
    [{ ...set, STACK: "" }, /^STACK: /],
  ])("%j is refused by the name of the variable", (given, message) => {
    expect(() => redriveConfig(given)).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringMatching(message) }),
    );
  });
});

describe("notifyConfig", () => {
  const set = { BUCKET: "b", NOTIFY_TOPIC: "arn:aws:sns:eu-west-1:111122223333:t" };

  test("knows the topic, who may be told, and the site's way to AWS", () => {
    const NOTIFY_ALLOWED = "Taro@example.org,@example.co.jp";
    expect(notifyConfig({ ...set, NOTIFY_ALLOWED, CERTIFICATES: "pem" })).toEqual({
      bucket: "b",
      topic: set.NOTIFY_TOPIC,
      allowed: ["taro@example.org", "@example.co.jp"],
      network: { env: { HTTPS_PROXY: undefined, NO_PROXY: undefined }, ca: "pem" },
    });
  });

  test.each([
    [{ ...set, NOTIFY_ALLOWED: "" }, /^NOTIFY_ALLOWED\.0: expected an e-mail address, or a domain/],
    [{ ...set, NOTIFY_ALLOWED: "a@b.c,@" }, /^NOTIFY_ALLOWED\.1: /],
    [{ ...set, NOTIFY_ALLOWED: "*" }, /^NOTIFY_ALLOWED\.0: /],
    [{ ...set, NOTIFY_TOPIC: "", NOTIFY_ALLOWED: "a@b.c" }, /^NOTIFY_TOPIC: /],
  ])("%j is refused by the name of the variable", (given, message) => {
    expect(() => notifyConfig(given)).toThrow(
      expect.objectContaining({ code: "config", message: expect.stringMatching(message) }),
    );
  });
});
