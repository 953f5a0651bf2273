import * as z from "zod";
import type { ManagedInstance } from "./send-command.ts";
import { SsmError } from "./ssm-error.ts";

/** The SSM agent's report on itself and its machine. */
export interface AgentInventory {
  readonly version: string;
  /** The machine's name. */
  readonly host: string;
}

const request = z.object({
  Filters: z
    .array(z.object({ Key: z.string().min(1), Values: z.array(z.string()).min(1) }))
    .default([]),
});

/** DescribeInstanceInformation's answer on the one managed instance. */
export function instanceInformation(
  body: unknown,
  instance: ManagedInstance,
  { version, host }: AgentInventory,
): object {
  const parsed = request.safeParse(body);
  if (!parsed.success) throw new SsmError("ValidationException", "Filters: not as they should be");
  const isMeant = parsed.data.Filters.every(({ Key, Values }) => {
    if (Key === "InstanceIds") return Values.includes(instance.id);
    const value = Key.startsWith("tag:") ? instance.tags[Key.slice("tag:".length)] : undefined;
    return value !== undefined && Values.includes(value);
  });
  if (!isMeant) return { InstanceInformationList: [] };
  return {
    InstanceInformationList: [
      {
        InstanceId: instance.id,
        PingStatus: "Online",
        LastPingDateTime: Date.now() / 1000,
        AgentVersion: version,
        IsLatestVersion: false,
        PlatformType: "Linux",
        ResourceType: "EC2Instance",
        ComputerName: host,
      },
    ],
  };
}
