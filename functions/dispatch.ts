import { objectCreatedSchema } from "../protocol/event.ts";
import { realPorts } from "./aws/ports.ts";
import { dispatchRequest } from "./requests/dispatch-request.ts";
import { functionConfig } from "./setup/config.ts";
import { withStack } from "./setup/stack.ts";
import { logger } from "./setup/telemetry.ts";

const config = functionConfig();
const ports = realPorts(config);

/** Object Created in the job bucket → a pending marker and one SSM command, or one log line. */
export const handler = withStack(objectCreatedSchema, async (event, context) => {
  const { bucket, object, requester } = event.detail;
  if (bucket.name !== config.bucket) {
    logger.info("nothing to do", { reason: "another bucket", bucket: bucket.name });
    return;
  }
  const decision = await dispatchRequest(
    {
      key: object.key,
      versionId: object["version-id"],
      requester,
      invocation: context.awsRequestId,
    },
    ports,
  );
  const message = {
    nothing: "nothing to do",
    reject: "request rejected",
    send: "request sent",
    leave: "request left pending",
  };
  logger.info(message[decision.did], { ...decision, key: object.key, eventId: event.id });
});
