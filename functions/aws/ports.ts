import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { ObjectPager } from "../../bucket/listing/object-pager.ts";
import { type SdkLimits, sdkClientSettings } from "../../bucket/network/sdk-client-settings.ts";
import type {
  ObjectLister,
  ObjectReader,
  ObjectRemover,
  ObjectWriter,
  VersionLister,
} from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import {
  checkPutEvents,
  type PrefixRemoval,
  removalEntry,
  type StateChange,
  stateChangeEntry,
} from "../../protocol/event.ts";
import { Doorbell } from "../requests/doorbell.ts";
import type { FunctionConfig } from "../setup/config.ts";
import { logger } from "../setup/telemetry.ts";
import { HeadNode } from "./head-node.ts";
import { agentsOf } from "./network-agents.ts";
import { SdkStore } from "./sdk-store.ts";

/** The functions' ports: bucket, Head Node, its bell, audit and clock. */
export interface Ports {
  bucketName: string;
  store: ObjectLister & ObjectPager & ObjectReader & ObjectRemover & ObjectWriter & VersionLister;
  headNode: Pick<HeadNode, "explain">;
  doorbell: Pick<Doorbell, "ring" | "ringAnyway">;
  /** Tells the audit; does not throw: the change is made by then, and must not be repeated for it. */
  announce: (change: StateChange) => Promise<void>;
  /** Tells the audit of a removal; it throws: what nobody can know of is not to go on. */
  announceRemoval: (removal: PrefixRemoval) => Promise<void>;
  now: () => Date;
}

/** Everything is near, and what is read and written here is small. */
const LIMITS = { attempts: 5, connectMs: 2_000, attemptMs: 10_000, callMs: 45_000 };

/** The ports of a deployed function. */
export function realPorts(config: FunctionConfig): Ports {
  const agents = agentsOf(config.network);
  const s3 = new S3Client(sdkClientSettings(LIMITS, agents));
  const eventBridge = new EventBridgeClient(
    sdkClientSettings({ ...LIMITS, attempts: 3, callMs: 10_000 }, agents),
  );
  const over = (limits: SdkLimits) =>
    new HeadNode(
      new SSMClient(sdkClientSettings(limits, agents)),
      config.documentName,
      config.target,
    );
  // A command that SSM throttles is not tried again: its request is found by another's command, or without one.
  const headNode = over({ ...LIMITS, isThrottlingFinal: true });
  const now = () => new Date();
  return {
    bucketName: config.bucket,
    store: new SdkStore(s3, config.bucket, config.encryption),
    // Seldom, and of many commands at once: a client of its own, which does not give up, and costs no other function its start.
    headNode: { explain: (commandId) => over({ ...LIMITS, attempts: 8 }).explain(commandId) },
    doorbell: new Doorbell(headNode, now),
    now,
    announceRemoval: async (removal) => {
      const Entries = [removalEntry(config.eventBus, removal)];
      checkPutEvents(await eventBridge.send(new PutEventsCommand({ Entries })));
    },
    announce: async (change) => {
      try {
        const Entries = [stateChangeEntry(config.eventBus, change)];
        checkPutEvents(await eventBridge.send(new PutEventsCommand({ Entries })));
      } catch (error) {
        logger.warn("state change not published", { error: messageOf(error), change });
      }
    },
  };
}
