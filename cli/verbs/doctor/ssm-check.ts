import { ENV_VAR_VERSION } from "../../../protocol/ssm-command.ts";
import { isDenied } from "../../errors/aws-error.ts";
import type { agentHeartbeat } from "../../jobs/agent-heartbeat.ts";
import type { Check } from "./check.ts";
import type { ManagedNode } from "./clients.ts";
import type { DoctorContext } from "./context.ts";
import { type Finding, isOfTheWay, problem } from "./problem.ts";

const name = "ssm";

/**
 * Whether the Head Node's SSM agent answers, and how old it is. Submitters need no permission for SSM: without
 * one it is unknown, and the job that `--deep` sends tells.
 */
export async function checkSsm(
  context: DoctorContext,
  asked: ReturnType<typeof agentHeartbeat>,
): Promise<Finding> {
  const { say } = context;
  try {
    const heartbeat = await asked;
    const host = heartbeat === undefined || heartbeat === "denied" ? undefined : heartbeat.host;
    // A machine that no ParallelCluster made has no such tag.
    const node =
      nodeOf(await context.managedNodes({ headNodes: true }), host) ??
      (host && nodeOf(await context.managedNodes({ headNodes: false }), host));
    return judge(context, node || undefined, host);
  } catch (error) {
    if (isDenied(error)) return { name, verdict: "unknown", detail: say("doctor.ssmDenied") };
    // A site may let nothing out but S3.
    const verdict = isOfTheWay(error) ? "unknown" : "broken";
    return { name, verdict, ...problem(say, error) };
  }
}

/** The one that the agent's heartbeat names, or else the only one that there is. */
function nodeOf(nodes: readonly ManagedNode[], host: string | undefined): ManagedNode | undefined {
  const short = (text: string) => text.split(".")[0]?.toLowerCase();
  if (host === undefined) return nodes.length === 1 ? nodes[0] : undefined;
  return nodes.find(({ computerName }) => short(computerName) === short(host));
}

function judge(
  { say }: DoctorContext,
  node: ManagedNode | undefined,
  host: string | undefined,
): Check {
  if (!node) {
    const detail = say("doctor.ssmMissing", { host: host ?? say("doctor.ssmAnyHost") });
    return { name, verdict: "warning", detail, fix: say("doctor.ssmFix") };
  }
  const { instanceId, pingStatus, agentVersion } = node;
  const detail = say("doctor.ssmFound", {
    instance: instanceId,
    pingStatus,
    version: agentVersion,
  });
  if (pingStatus !== "Online")
    return { name, verdict: "broken", detail, fix: say("doctor.ssmFix") };
  if (!isOlder(agentVersion, ENV_VAR_VERSION)) return { name, verdict: "ok", detail };
  return {
    name,
    verdict: "ok",
    detail: `${detail}; ${say("doctor.ssmOld", { version: ENV_VAR_VERSION })}`,
  };
}

/** Whether a version is lower than another one, part by part; a part that is no number counts as 0. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => text.split(".").map((part) => Number(part) || 0);
  const [mine, others] = [parts(version), parts(than)];
  for (const at of Array(Math.max(mine.length, others.length)).keys()) {
    const difference = (mine[at] ?? 0) - (others[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
