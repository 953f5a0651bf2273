import { expect, test } from "@jest/globals";
import { instanceInformation } from "../../../../local/ssm/instance-information.ts";

test("instanceInformation finds the instance by its id and its tags", () => {
  const instance = { id: "i-1", tags: { "parallelcluster:node-type": "HeadNode" } };
  const list = (Filters?: object[]) =>
    instanceInformation({ ...(Filters && { Filters }) }, instance, { version: "3.3", host: "h" });
  const found = { InstanceInformationList: [expect.objectContaining({ AgentVersion: "3.3" })] };
  expect(list()).toMatchObject(found);
  expect(list([{ Key: "tag:parallelcluster:node-type", Values: ["HeadNode"] }])).toMatchObject(
    found,
  );
  expect(list([{ Key: "InstanceIds", Values: ["i-2"] }])).toEqual({ InstanceInformationList: [] });
});
