import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { sdkClientSettings } from "../../bucket/network/sdk-client-settings.ts";
import type { ObjectLister, ObjectReader, ObjectWriter } from "../../bucket/object-store.ts";
import { messageOf } from "../../protocol/error.ts";
import { checkPutEvents, type StateChange, stateChangeEntry } from "../../protocol/event.ts";
import type { FunctionConfig } from "../setup/config.ts";
import { logger } from "../setup/telemetry.ts";
import { HeadNode } from "./head-node.ts";
import { agentsOf } from "./network-agents.ts";
import { SdkStore } from "./sdk-store.ts";

/** The functions' ports: bucket, Head Node, audit and clock. */
export interface Ports {
  bucketName: string;
  store: ObjectLister & ObjectReader & ObjectWriter;
  headNode: Pick<HeadNode, "send" | "explain" | "onTheirWay">;
  /** Tells the audit; does not throw: the change is made by then, and must not be repeated for it. */
  announce: (change: StateChange) => Promise<void>;
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
  // Eight tries: SendCommand is throttled per account, and a burst of jobs meets that limit.
  const ssm = new SSMClient(sdkClientSettings({ ...LIMITS, attempts: 8 }, agents));
  return {
    bucketName: config.bucket,
    store: new SdkStore(s3, config.bucket, config.encryption),
    headNode: new HeadNode(ssm, config.documentName, config.target),
    now: () => new Date(),
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
