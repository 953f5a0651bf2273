import { describe, expect, test } from "@jest/globals";
import { agentHeartbeat } from "../../../../../cli/jobs/agent-heartbeat.ts";
import type { ManagedNode } from "../../../../../cli/verbs/doctor/clients.ts";
import type { DoctorContext } from "../../../../../cli/verbs/doctor/context.ts";
import { checkSsm, isOlder } from "../../../../../cli/verbs/doctor/ssm-check.ts";
import { HEARTBEAT_KEY } from "../../../../../protocol/heartbeat.ts";
import { heartbeatText } from "../../../../support/heartbeat.ts";
import { testContext } from "../../../../support/test-ui.ts";

const node = (changes: Partial<ManagedNode> = {}): ManagedNode => ({
  instanceId: "i-1",
  computerName: "ip-10-0-0-5.ec2.internal",
  pingStatus: "Online",
  agentVersion: "3.3.2746.0",
  ...changes,
});

/** Asks SSM, which knows these machines; the heartbeat is that of `host`. */
async function check(
  managedNodes: DoctorContext["managedNodes"] | ManagedNode[],
  host: string | undefined = "ip-10-0-0-5",
) {
  const { context, store } = testContext();
  if (host !== undefined) await store.put(HEARTBEAT_KEY, heartbeatText({ host }));
  const asked = Array.isArray(managedNodes) ? async () => managedNodes : managedNodes;
  return checkSsm(
    { ...context, managedNodes: asked } as unknown as DoctorContext,
    agentHeartbeat(store),
  );
}

const fails = (name: string) => () => Promise.reject(Object.assign(new Error("no"), { name }));

describe("the SSM agent of the Head Node", () => {
  test.each<[string, ManagedNode, string, RegExp]>([
    ["is up and new", node(), "ok", /^i-1 is Online, SSM agent 3\.3\.2746\.0$/],
    ["is old, which works", node({ agentVersion: "3.3.1142.0" }), "ok", /this version works/],
    ["does not answer", node({ pingStatus: "ConnectionLost" }), "broken", /ConnectionLost/],
    [
      "is of another machine",
      node({ computerName: "ip-10-0-0-55" }),
      "warning",
      /does not know ip/,
    ],
  ])("%s", async (_, one, verdict, detail) => {
    expect(await check([one])).toMatchObject({
      name: "ssm",
      verdict,
      detail: expect.stringMatching(detail),
      ...(verdict !== "ok" && { fix: expect.stringMatching(/AmazonSSMManagedInstanceCore/) }),
    });
  });

  test("is looked for among all machines when ParallelCluster has tagged no such one", async () => {
    const found = await check(async ({ headNodes }) => (headNodes ? [] : [node()]));
    expect(found).toMatchObject({ verdict: "ok" });
  });

  test("without a heartbeat it is the only Head Node that there is", async () => {
    expect(await check([node()], "")).toMatchObject({ verdict: "warning" });
    const { context, store } = testContext();
    const ask = (nodes: ManagedNode[]) =>
      checkSsm(
        { ...context, managedNodes: async () => nodes } as unknown as DoctorContext,
        agentHeartbeat(store),
      );
    expect(await ask([node()])).toMatchObject({ verdict: "ok" });
    expect(await ask([node(), node({ instanceId: "i-2" })])).toMatchObject({
      verdict: "warning",
      detail: "SSM does not know any Head Node",
    });
  });

  test.each([
    ["AccessDeniedException", "unknown", /ssm:DescribeInstanceInformation/],
    ["TimeoutError", "unknown", /no/],
    ["NetworkError", "unknown", /no/],
    ["ProxyError", "unknown", /proxy/],
    ["NotFromS3", "unknown", /in its place/],
    ["ValidationException", "broken", /no/],
  ])("%s: %s", async (name, verdict, detail) => {
    expect(await check(fails(name))).toMatchObject({
      verdict,
      detail: expect.stringMatching(detail),
    });
  });
});

test.each([
  ["3.3.1142.0", "3.3.2746.0", true],
  ["3.3.2746.0", "3.3.2746.0", false],
  ["3.10.0.0", "3.3.2746.0", false],
  ["2.9", "3.3.2746.0", true],
  ["", "3.3.2746.0", true],
])("%s is older than %s: %s", (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});
