import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { messageOf } from "../protocol/error.ts";
import { objectCreatedSchema } from "../protocol/event.ts";
import { dispatchConfig } from "./lib/config.ts";
import { dispatchRequest } from "./lib/dispatch-request.ts";
import { HeadNode } from "./lib/head-node.ts";
import { JobBucket } from "./lib/job-bucket.ts";
import { withStack } from "./lib/stack.ts";
import { StateChanges } from "./lib/state-changes.ts";
import { logger } from "./lib/telemetry.ts";

const config = dispatchConfig();
const bucket = new JobBucket(new S3Client({}), config.bucket);
// Eight tries: SendCommand is throttled per account, and a burst of jobs meets that limit.
const headNode = new HeadNode(
  new SSMClient({ maxAttempts: 8 }),
  config.documentName,
  config.target,
);
const changes = new StateChanges(new EventBridgeClient({}), config.eventBus);

/** Object Created in the job bucket → one SSM command for that prefix, or one log line. */
export const handler = withStack(objectCreatedSchema, async (event, context) => {
  const { bucket: from, object, requester } = event.detail;
  if (from.name !== config.bucket) {
    logger.info("nothing to do", { reason: "another bucket", bucket: from.name });
    return;
  }
  const decision = await dispatchRequest(
    { key: object.key, requester, invocation: context.awsRequestId },
    {
      bucketName: config.bucket,
      bucket,
      headNode,
      now: () => new Date(),
      // The request is on its way by then: a missing audit line must not send it again.
      announce: async (change) => {
        try {
          await changes.publish(change);
        } catch (error) {
          logger.warn("state change not published", { error: messageOf(error), change });
        }
      },
    },
  );
  const message = { nothing: "nothing to do", reject: "request rejected", send: "request sent" };
  logger.info(message[decision.did], { ...decision, key: object.key, eventId: event.id });
});
