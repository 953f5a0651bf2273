import { stateChangeEventSchema } from "../protocol/event.ts";
import { NotifyTopic } from "./aws/notify-topic.ts";
import { notify } from "./requests/notify.ts";
import { notifyConfig } from "./setup/config.ts";
import { withStack } from "./setup/stack.ts";
import { logger } from "./setup/telemetry.ts";

const config = notifyConfig();
const topic = new NotifyTopic(config);

/** Job State Change that names an address → the address is asked once whether it agrees; an e-mail when the job has ended. */
export const handler = withStack(stateChangeEventSchema, async ({ detail }) => {
  if (detail.bucket !== config.bucket) {
    logger.info("nothing to do", { reason: "another bucket", bucket: detail.bucket });
    return;
  }
  const { did, ...more } = await notify(detail, config.allowed, topic);
  const { prefix, submission, to, notify: address } = detail;
  const level = did === "notify refused" ? "warn" : "info";
  logger[level](did, { prefix, submission, to, address, ...more });
});
